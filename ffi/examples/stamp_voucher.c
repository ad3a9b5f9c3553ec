/* Stamps a payment voucher, verifies it, and shows what happens to a changed one.
 *
 * stamp_voucher SIGNER SEAL VOUCHER ANCHORS CRL AUTHORISATION ORG ROLE POSITION TIME OUTPUT
 *               [TEMPLATES]
 *
 *   SIGNER         private key and certificate of the signer, PEM
 *   SEAL           the electronic seal, an .esl file
 *   VOUCHER        the envelope with the voucher, XML, with the acts so far
 *   ANCHORS        the certificates that are trusted, PEM
 *   CRL            the revocation list, PEM or DER
 *   AUTHORISATION  who may stamp at which position, JSON
 *   TIME           the clock, in seconds since 1970-01-01T00:00:00Z
 *   OUTPUT         where the stamped envelope is written
 *   TEMPLATES      the local positions of the voucher's type, JSON; built-in ones without it
 *
 * Prints the report as JSON, and the checks that fail for the voucher with another amount.
 * The password of the key, if it has one, is taken from the environment: YINXIN_PASSWORD.
 * The exit status is 0 if the stamped voucher is valid, 1 if not, 2 if something could not be done.
 *
 *   cc -std=c99 stamp_voucher.c $(pkg-config --cflags --libs yinxin) -o stamp_voucher
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yinxin.h>

typedef struct {
    uint8_t *data;
    size_t length;
} bytes;

static void fail(const char *what, yx_status status)
{
    char text[512];
    size_t length;
    if (yx_last_error_message(text, sizeof text, &length) != YX_OK) {
        text[0] = '\0';
    }
    fprintf(stderr, "%s: status %d: %s\n", what, (int)status, text);
    exit(2);
}

static void check(const char *what, yx_status status)
{
    if (status != YX_OK) {
        fail(what, status);
    }
}

static bytes allocate(size_t length)
{
    bytes made;
    made.length = length;
    made.data = (uint8_t *)malloc(length ? length : 1);
    if (made.data == NULL) {
        fputs("no memory\n", stderr);
        exit(2);
    }
    return made;
}

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
    content = allocate((size_t)size);
    if (fread(content.data, 1, content.length, file) != content.length) {
        perror(path);
        exit(2);
    }
    fclose(file);
    return content;
}

static void write_file(const char *path, bytes content)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(content.data, 1, content.length, file) != content.length ||
        fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

static yx_signer *open_signer(const char *path)
{
    const char *password = getenv("YINXIN_PASSWORD");
    bytes pem = read_file(path);
    yx_signer *signer;
    check("open the key", yx_signer_from_pem(pem.data, pem.length, password,
                                             password ? strlen(password) : 0, NULL, 0, &signer));
    memset(pem.data, 0, pem.length);
    free(pem.data);
    return signer;
}

static yx_seal *open_seal(const char *path)
{
    bytes esl = read_file(path);
    yx_seal *seal;
    check("read the seal", yx_seal_parse(esl.data, esl.length, YX_PROFILE_CONFORMING, &seal));
    free(esl.data);
    return seal;
}

static yx_verifier *make_verifier(const char *anchors, const char *crl, const char *authorisation,
                                  bytes templates)
{
    bytes trusted = read_file(anchors);
    bytes list = read_file(crl);
    bytes json = read_file(authorisation);
    yx_verifier *verifier;
    check("make a verifier", yx_verifier_new(&verifier));
    check("trust", yx_verifier_add_anchor(verifier, trusted.data, trusted.length));
    check("read the list", yx_verifier_add_crl(verifier, list.data, list.length));
    check("authorise", yx_verifier_set_authorisation_json(verifier, (const char *)json.data,
                                                          json.length));
    if (templates.data != NULL) {
        check("read the templates", yx_verifier_set_templates_json(
                                        verifier, (const char *)templates.data, templates.length));
    }
    free(trusted.data);
    free(list.data);
    free(json.data);
    return verifier;
}

/* Outputs are asked for twice: once for their size, once for themselves. */
static bytes take(yx_buffers *buffers)
{
    bytes out;
    size_t length;
    check("ask for the size", yx_buffers_get(buffers, 0, NULL, 0, &length));
    out = allocate(length);
    check("copy", yx_buffers_get(buffers, 0, out.data, out.length, &length));
    yx_buffers_free(buffers);
    return out;
}

static bytes stamp(yx_signer *signer, yx_seal *seal, bytes envelope, char **who, int64_t time,
                   bytes templates)
{
    yx_act *act;
    yx_buffers *buffers;
    check("describe the act", yx_act_new(who[0], strlen(who[0]), who[1], strlen(who[1]), who[2],
                                         strlen(who[2]), time, &act));
    if (templates.data != NULL) {
        check("read the templates", yx_act_set_templates_json(
                                        act, (const char *)templates.data, templates.length));
    }
    check("stamp", yx_voucher_stamp(signer, seal, act, envelope.data, envelope.length, &buffers));
    yx_act_free(act);
    return take(buffers);
}

static void print_json(yx_report *report)
{
    size_t size;
    bytes text;
    check("ask for the size", yx_report_json(report, NULL, 0, &size));
    text = allocate(size);
    check("write the report", yx_report_json(report, (char *)text.data, text.length, &size));
    puts((const char *)text.data);
    free(text.data);
}

static void print_failures(yx_report *report)
{
    size_t size;
    bytes text;
    char *line;
    check("ask for the size", yx_report_text(report, NULL, 0, &size));
    text = allocate(size);
    check("write the report", yx_report_text(report, (char *)text.data, text.length, &size));
    for (line = strtok((char *)text.data, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        line += strspn(line, " ");
        if (strncmp(line, "Failed", 6) == 0) {
            puts(line);
        }
    }
    free(text.data);
}

/* Returns the verdict; a verification that could not be made at all ends the program. */
static yx_status verify(yx_verifier *verifier, bytes envelope, int64_t now, int only_failures)
{
    yx_report *report;
    yx_status verdict =
        yx_voucher_verify(verifier, envelope.data, envelope.length, now, YX_NO_TIME, &report);
    if (verdict != YX_OK && verdict != YX_VERDICT_INVALID && verdict != YX_VERDICT_NOT_DETERMINED) {
        fail("verify", verdict);
    }
    (only_failures ? print_failures : print_json)(report);
    yx_report_free(report);
    return verdict;
}

/* The place after the first `text` in `in`, of which there must be one. */
static size_t after(bytes in, const char *text)
{
    size_t length = strlen(text), at;
    for (at = 0; at + length < in.length; at++) {
        if (memcmp(in.data + at, text, length) == 0) {
            return at + length;
        }
    }
    fprintf(stderr, "there is no %s\n", text);
    exit(2);
}

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static unsigned long value_of(uint8_t letter)
{
    const char *found = letter == '\0' ? NULL : strchr(base64, letter);
    return found == NULL ? 0 : (unsigned long)(found - base64);
}

static bytes decode(const uint8_t *text, size_t length)
{
    bytes out = allocate(length / 4 * 3);
    size_t i;
    for (i = 0; i + 4 <= length; i += 4) {
        unsigned long bits = value_of(text[i]) << 18 | value_of(text[i + 1]) << 12 |
                             value_of(text[i + 2]) << 6 | value_of(text[i + 3]);
        out.data[i / 4 * 3] = (uint8_t)(bits >> 16);
        out.data[i / 4 * 3 + 1] = (uint8_t)(bits >> 8);
        out.data[i / 4 * 3 + 2] = (uint8_t)bits;
    }
    return out;
}

/* Changes the last digit of the first amount of the voucher, which stands in the envelope in base64:
 * flips the lowest bit of that digit where it stands, so 0 becomes 1. */
static void change_amount(bytes envelope)
{
    uint8_t *text = envelope.data + after(envelope, "<Voucher>");
    size_t left = envelope.length - (size_t)(text - envelope.data);
    const uint8_t *end = (const uint8_t *)memchr(text, '<', left);
    bytes voucher = decode(text, end == NULL ? 0 : (size_t)(end - text));
    size_t at = after(voucher, "Amt>");
    while (at + 1 < voucher.length && voucher.data[at + 1] != '<') {
        at++;
    }
    text += at / 3 * 4 + 1 + at % 3;
    *text = (uint8_t)base64[value_of(*text) ^ (16u >> 2 * (at % 3))];
    free(voucher.data);
}

int main(int argc, char **argv)
{
    yx_signer *signer;
    yx_seal *seal;
    yx_verifier *verifier;
    bytes envelope, stamped, templates = { NULL, 0 };
    yx_status genuine, changed;
    int64_t now;
    if (argc != 12 && argc != 13) {
        fputs("usage: stamp_voucher SIGNER SEAL VOUCHER ANCHORS CRL AUTHORISATION "
              "ORG ROLE POSITION TIME OUTPUT [TEMPLATES]\n",
              stderr);
        return 2;
    }
    signer = open_signer(argv[1]);
    seal = open_seal(argv[2]);
    envelope = read_file(argv[3]);
    if (argc == 13) {
        templates = read_file(argv[12]);
    }
    verifier = make_verifier(argv[4], argv[5], argv[6], templates);
    now = strtoll(argv[10], NULL, 10);

    stamped = stamp(signer, seal, envelope, argv + 7, now, templates);
    write_file(argv[11], stamped);
    genuine = verify(verifier, stamped, now, 0);
    change_amount(stamped);
    changed = verify(verifier, stamped, now, 1);

    free(stamped.data);
    free(envelope.data);
    free(templates.data);
    yx_verifier_free(verifier);
    yx_seal_free(seal);
    yx_signer_free(signer);
    return genuine == YX_OK && changed == YX_VERDICT_INVALID ? 0 : 1;
}
