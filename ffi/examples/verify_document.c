/* Verifies the detached signature (GB/T 35275) of a document.
 *
 * verify_document DOCUMENT SIGNATURE ANCHORS CRL TIME
 * verify_document --version
 *
 * CRL may be "-": revocation is then not looked at, and the report says so. TIME is the clock, in
 * seconds since 1970-01-01T00:00:00Z. Exits with 0 for a valid signature, 1 for an invalid one,
 * 3 if that could not be determined, 2 for anything else.
 *
 *   cc -std=c99 verify_document.c $(pkg-config --cflags --libs yinxin) -o verify_document
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yinxin.h>

typedef struct {
    uint8_t *data;
    size_t length;
} bytes;

static bytes read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    bytes content;
    long size;
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

static void check(const char *what, yx_status status)
{
    char text[512] = "";
    size_t length;
    if (status != YX_OK) {
        (void)yx_last_error_message(text, sizeof text, &length);
        fprintf(stderr, "%s: status %d: %s\n", what, (int)status, text);
        exit(2);
    }
}

static yx_verifier *make_verifier(const char *anchors, const char *crl)
{
    bytes trusted = read_file(anchors);
    yx_verifier *verifier;
    check("make a verifier", yx_verifier_new(&verifier));
    check("trust", yx_verifier_add_anchor(verifier, trusted.data, trusted.length));
    free(trusted.data);
    if (strcmp(crl, "-") == 0) {
        check("set", yx_verifier_set_revocation(verifier, YX_REVOCATION_NOT_CHECKED));
    } else {
        bytes list = read_file(crl);
        check("read the list", yx_verifier_add_crl(verifier, list.data, list.length));
        free(list.data);
    }
    return verifier;
}

static void print_text(yx_report *report)
{
    size_t size;
    char *text;
    check("ask for the size", yx_report_text(report, NULL, 0, &size));
    text = (char *)malloc(size);
    if (text == NULL) {
        exit(2);
    }
    check("write the report", yx_report_text(report, text, size, &size));
    fputs(text, stdout);
    free(text);
}

int main(int argc, char **argv)
{
    bytes document, signature;
    yx_verifier *verifier;
    yx_report *report = NULL;
    yx_status verdict;
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts(yx_version());
        return 0;
    }
    if (argc != 6) {
        fputs("usage: verify_document DOCUMENT SIGNATURE ANCHORS CRL TIME\n", stderr);
        return 2;
    }
    document = read_file(argv[1]);
    signature = read_file(argv[2]);
    verifier = make_verifier(argv[3], argv[4]);
    verdict = yx_document_verify_signature(verifier, signature.data, signature.length, document.data,
                                           document.length, strtoll(argv[5], NULL, 10), YX_NO_TIME,
                                           &report);
    if (report == NULL) {
        check("verify", verdict);
    }
    print_text(report);
    yx_report_free(report);
    yx_verifier_free(verifier);
    free(document.data);
    free(signature.data);
    return verdict == YX_OK ? 0 : verdict == YX_VERDICT_INVALID ? 1 : 3;
}
