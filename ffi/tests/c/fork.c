/* A child made by fork does not hang: not after a call with threads, and not while threads of its
 * parent work. Not for AddressSanitizer, whose own allocator does not survive the latter. */

#define _POSIX_C_SOURCE 200809L

#include "common.h"
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int stop;

static void *busy(void *unused)
{
    (void)unused;
    while (!stop) {
        yx_act *mine = NULL;
        IS(yx_act_new("a", 1, "b", 1, "c", 1, now, &mine), YX_OK);
        yx_act_free(mine);
    }
    return NULL;
}

static void many_on_threads(void)
{
    many(4);
}

static void light(void)
{
    yx_act *mine = NULL;
    yx_buffers *b = NULL;
    IS(yx_act_new("a", 1, "b", 1, "c", 1, now, &mine), YX_OK);
    IS(yx_document_sign(signer, (const uint8_t *)"x", 1, &b), YX_OK);
    yx_buffers_free(b);
    yx_act_free(mine);
}

static void fork_and(void (*work)(void))
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        failures = 0;
        work();
        _exit(failures ? 1 : 0);
    }
    HOLDS(child > 0);
    HOLDS(waitpid(child, &status, 0) == child);
    HOLDS(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void forks(void)
{
    pthread_t threads[2];
    int i;
    many_on_threads();
    fork_and(many_on_threads);
    stop = 0;
    HOLDS(pthread_create(&threads[0], NULL, busy, NULL) == 0);
    HOLDS(pthread_create(&threads[1], NULL, busy, NULL) == 0);
    for (i = 0; i < 300 && failures == 0; i++) {
        fork_and(light);
    }
    stop = 1;
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
}

int main(int argc, char **argv)
{
    if (!set_up(argc, argv)) {
        fputs("usage: fork FOLDER ORG ROLE POSITION TIME\n", stderr);
        return 2;
    }
    forks();
    free_all();
    return failures ? 1 : 0;
}
