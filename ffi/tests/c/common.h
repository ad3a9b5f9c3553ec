/* What the tests in C share: PROGRAM FOLDER ORG ROLE POSITION TIME, the folder with signer.pem,
 * seal.esl, voucher.xml, anchors.pem, list.crl and authorisation.json. */

#ifndef COMMON_H
#define COMMON_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yinxin.h>

static int failures = 0;

#define IS(expression, expected) \
    is_((int)(expression), (int)(expected), #expression, __FILE__, __LINE__)
#define HOLDS(condition) is_((condition) ? 1 : 0, 1, #condition, __FILE__, __LINE__)

static void is_(int got, int expected, const char *text, const char *file, int line)
{
    if (got != expected) {
        fprintf(stderr, "%s:%d: %s is %d, not %d\n", file, line, text, got, expected);
        failures++;
    }
}

typedef struct {
    uint8_t *data;
    size_t length;
} bytes;

static const char *folder, *org, *role, *position;
static int64_t now;

static yx_signer *signer;
static yx_seal *seal;
static yx_act *act;
static yx_verifier *verifier;
static bytes voucher;

static bytes read_file(const char *name)
{
    char path[4096];
    bytes content;
    FILE *file;
    long size;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
        perror(path);
        exit(2);
    }
    rewind(file);
    content.length = (size_t)size;
    content.data = (uint8_t *)malloc(content.length ? content.length : 1);
    if (content.data == NULL || fread(content.data, 1, content.length, file) != content.length) {
        perror(path);
        exit(2);
    }
    fclose(file);
    return content;
}

static void open_all(void)
{
    bytes pem = read_file("signer.pem"), esl = read_file("seal.esl");
    bytes anchors = read_file("anchors.pem"), crl = read_file("list.crl");
    bytes json = read_file("authorisation.json");
    voucher = read_file("voucher.xml");
    IS(yx_signer_from_pem(pem.data, pem.length, NULL, 0, NULL, 0, &signer), YX_OK);
    IS(yx_seal_parse(esl.data, esl.length, YX_PROFILE_CONFORMING, &seal), YX_OK);
    IS(yx_act_new(org, strlen(org), role, strlen(role), position, strlen(position), now, &act), YX_OK);
    IS(yx_verifier_new(&verifier), YX_OK);
    IS(yx_verifier_add_anchor(verifier, anchors.data, anchors.length), YX_OK);
    IS(yx_verifier_add_crl(verifier, crl.data, crl.length), YX_OK);
    IS(yx_verifier_set_authorisation_json(verifier, (char *)json.data, json.length), YX_OK);
    free(pem.data);
    free(esl.data);
    free(anchors.data);
    free(crl.data);
    free(json.data);
}

static void free_all(void)
{
    yx_signer_free(signer);
    yx_seal_free(seal);
    yx_act_free(act);
    yx_verifier_free(verifier);
    free(voucher.data);
}

/* Reads the arguments and opens everything. */
static int set_up(int argc, char **argv)
{
    if (argc != 6) {
        return 0;
    }
    folder = argv[1];
    org = argv[2];
    role = argv[3];
    position = argv[4];
    now = strtoll(argv[5], NULL, 10);
    open_all();
    return 1;
}

static void many(size_t threads)
{
    enum { COUNT = 6, BAD = 2 };
    const uint8_t *items[COUNT];
    size_t lengths[COUNT], i, length = 0;
    uint8_t *stamped[COUNT];
    yx_buffers *b = NULL;
    yx_reports *rs = NULL;
    yx_report *r;

    for (i = 0; i < COUNT; i++) {
        items[i] = voucher.data;
        lengths[i] = voucher.length;
    }
    lengths[BAD] = voucher.length / 2; /* one bad item among good ones */
    IS(yx_voucher_stamp_many(signer, seal, act, items, lengths, COUNT, threads, &b), YX_OK);
    for (i = 0; i < COUNT; i++) {
        yx_status status = yx_buffers_get(b, i, NULL, 0, &length);
        stamped[i] = NULL;
        if (i == BAD) {
            IS(status / 100, 1);
            continue;
        }
        IS(status, YX_OK);
        stamped[i] = (uint8_t *)malloc(length);
        IS(yx_buffers_get(b, i, stamped[i], length, &length), YX_OK);
        items[i] = stamped[i];
        lengths[i] = length;
    }
    yx_buffers_free(b);
    IS(yx_voucher_verify_many(verifier, items, lengths, COUNT, now, YX_NO_TIME, threads, &rs), YX_OK);
    for (i = 0; i < COUNT; i++) {
        char text[256];
        r = NULL;
        if (i == BAD) {
            yx_status status = yx_reports_get(rs, i, &r);
            IS(status / 100, 1);
            HOLDS(r == NULL);
            IS(yx_last_error_message(text, sizeof text, &length), YX_OK);
            HOLDS(length > 1);
        } else {
            IS(yx_reports_get(rs, i, &r), YX_OK);
            IS(yx_report_verdict(r), YX_OK);
        }
        yx_report_free(r);
        free(stamped[i]);
    }
    IS(yx_reports_get(rs, COUNT, &r), YX_ERROR_ARGUMENT);
    yx_reports_free(rs);
}

#endif
