/* What a caller can do wrong: each mistake gets its status, writes nothing and breaks nothing.
 * Meant to run under AddressSanitizer. */

#define _POSIX_C_SOURCE 200809L

#include "common.h"
#include <pthread.h>
#include <time.h>
#include <unistd.h>

static int32_t device_that_fails(void *user_data, const uint8_t *const *messages,
                                 const size_t *lengths, size_t count, uint8_t *const *signatures,
                                 size_t *signature_lengths)
{
    (void)messages, (void)lengths, (void)signatures, (void)signature_lengths;
    *(size_t *)user_data += count;
    return 42;
}

static void nulls(void)
{
    const yx_status null = YX_ERROR_NULL_POINTER;
    const uint8_t *d = voucher.data;
    size_t n = voucher.length, length = 7;
    yx_signer *s = NULL;
    yx_buffers *b = NULL;
    yx_buffers *stamped = NULL;
    yx_report *r = NULL;
    yx_reports *rs = NULL;
    yx_seal *se = NULL;
    yx_act *a = NULL;
    const uint8_t *items[2] = { d, NULL };
    size_t lengths[2] = { n, 1 };

    IS(yx_last_error_message(NULL, 0, NULL), null);
    IS(yx_last_error_json(NULL, 9, &length), null);
    IS(yx_signer_from_pem(NULL, 9, NULL, 0, NULL, 0, &s), null);
    IS(yx_signer_from_pem(d, n, NULL, 9, NULL, 0, &s), null);
    IS(yx_signer_from_pem(d, n, NULL, 0, NULL, 9, &s), null);
    IS(yx_signer_from_pem(d, n, NULL, 0, NULL, 0, NULL), null);
    IS(yx_signer_from_callback(d, n, NULL, NULL, &s), null);
    IS(yx_signer_from_callback(NULL, 9, device_that_fails, NULL, &s), null);
    IS(yx_signer_from_callback(d, n, device_that_fails, NULL, NULL), null);
    IS(yx_seal_parse(NULL, 9, 0, &se), null);
    IS(yx_seal_parse(d, n, 0, NULL), null);
    IS(yx_seal_check(NULL, d, n, now, now, &r), null);
    IS(yx_seal_check(verifier, NULL, 9, now, now, &r), null);
    IS(yx_seal_check(verifier, d, n, now, now, NULL), null);
    IS(yx_act_new(NULL, 1, "", 0, "", 0, now, &a), null);
    IS(yx_act_new("", 0, NULL, 1, "", 0, now, &a), null);
    IS(yx_act_new("", 0, "", 0, NULL, 1, now, &a), null);
    IS(yx_act_new("", 0, "", 0, "", 0, now, NULL), null);
    IS(yx_act_set_templates_json(NULL, "{}", 2), null);
    IS(yx_act_set_templates_json(act, NULL, 2), null);
    IS(yx_act_set_catalogue_json(NULL, "{}", 2), null);
    IS(yx_act_set_catalogue_json(act, NULL, 2), null);
    IS(yx_signer_set_user_id(NULL, d, 1), null);
    IS(yx_signer_set_user_id(signer, NULL, 1), null);
    IS(yx_verifier_new(NULL), null);
    IS(yx_verifier_add_anchor(NULL, d, n), null);
    IS(yx_verifier_add_intermediate(NULL, d, n), null);
    IS(yx_verifier_add_crl(NULL, d, n), null);
    IS(yx_verifier_set_authorisation_json(NULL, "{}", 2), null);
    IS(yx_verifier_add_anchor(verifier, NULL, 9), null);
    IS(yx_verifier_add_intermediate(verifier, NULL, 9), null);
    IS(yx_verifier_add_crl(verifier, NULL, 9), null);
    IS(yx_verifier_set_revocation(NULL, 0), null);
    IS(yx_verifier_set_profile(NULL, 0), null);
    IS(yx_verifier_set_authorisation_json(verifier, NULL, 9), null);
    IS(yx_verifier_set_templates_json(NULL, "{}", 2), null);
    IS(yx_verifier_set_templates_json(verifier, NULL, 9), null);
    IS(yx_verifier_set_catalogue_json(NULL, "{}", 2), null);
    IS(yx_verifier_set_catalogue_json(verifier, NULL, 9), null);
    IS(yx_verifier_set_user_id(NULL, d, 1), null);
    IS(yx_verifier_set_user_id(verifier, NULL, 1), null);
    IS(yx_voucher_stamp(NULL, seal, act, d, n, &b), null);
    IS(yx_voucher_stamp(signer, NULL, act, d, n, &b), null);
    IS(yx_voucher_stamp(signer, seal, NULL, d, n, &b), null);
    IS(yx_voucher_stamp(signer, seal, act, NULL, 9, &b), null);
    IS(yx_voucher_stamp(signer, seal, act, d, n, NULL), null);
    IS(yx_voucher_sign(NULL, act, d, n, &b), null);
    IS(yx_voucher_sign(signer, NULL, d, n, &b), null);
    IS(yx_voucher_sign(signer, act, NULL, 9, &b), null);
    IS(yx_voucher_sign(signer, act, d, n, NULL), null);
    IS(yx_voucher_stamp_many(signer, seal, act, NULL, lengths, 2, 0, &b), null);
    IS(yx_voucher_stamp_many(signer, seal, act, items, NULL, 2, 0, &b), null);
    IS(yx_voucher_stamp_many(signer, seal, act, items, lengths, 2, 0, &b), null);
    IS(yx_voucher_stamp_many(signer, seal, act, items, lengths, 1, 0, NULL), null);
    IS(yx_voucher_verify(NULL, d, n, now, now, &r), null);
    IS(yx_voucher_verify(verifier, NULL, 9, now, now, &r), null);
    IS(yx_voucher_verify(verifier, d, n, now, now, NULL), null);
    IS(yx_voucher_verify_many(NULL, items, lengths, 1, now, now, 0, &rs), null);
    IS(yx_voucher_verify_many(verifier, NULL, lengths, 1, now, now, 0, &rs), null);
    IS(yx_voucher_verify_many(verifier, items, lengths, 1, now, now, 0, NULL), null);
    IS(yx_document_stamp(NULL, seal, d, n, "p", 1, now, &b), null);
    IS(yx_document_stamp(signer, seal, NULL, 9, "p", 1, now, &b), null);
    IS(yx_document_stamp(signer, seal, d, n, NULL, 9, now, &b), null);
    IS(yx_document_stamp(signer, seal, d, n, "p", 1, now, NULL), null);
    IS(yx_document_verify_stamp(verifier, NULL, 9, d, n, NULL, 0, now, now, &r), null);
    IS(yx_document_verify_stamp(verifier, d, n, NULL, 9, NULL, 0, now, now, &r), null);
    IS(yx_document_verify_stamp(verifier, d, n, d, n, NULL, 9, now, now, &r), null);
    IS(yx_document_verify_stamp(verifier, d, n, d, n, NULL, 0, now, now, NULL), null);
    IS(yx_document_sign(NULL, d, n, &b), null);
    IS(yx_document_sign(signer, NULL, 9, &b), null);
    IS(yx_document_sign(signer, d, n, NULL), null);
    IS(yx_document_verify_signature(verifier, NULL, 9, d, n, now, now, &r), null);
    IS(yx_document_verify_signature(verifier, d, n, NULL, 9, now, now, &r), null);
    IS(yx_document_verify_signature(verifier, d, n, d, n, now, now, NULL), null);
    IS(yx_report_verdict(NULL), null);
    IS(yx_report_json(NULL, NULL, 0, &length), null);
    IS(yx_report_text(NULL, NULL, 0, &length), null);
    IS(yx_reports_get(NULL, 0, &r), null);
    IS(yx_buffers_get(NULL, 0, NULL, 0, &length), null);
    HOLDS(s == NULL && b == NULL && r == NULL && rs == NULL && se == NULL && a == NULL);
    HOLDS(length == 7);

    /* NULL with length 0 is empty input: refused, if at all, for what it says. */
    IS(yx_signer_from_pem(NULL, 0, NULL, 0, NULL, 0, &s) / 100, 1);
    IS(yx_seal_parse(NULL, 0, 0, &se) / 100, 1);
    IS(yx_voucher_verify(verifier, NULL, 0, now, now, &r) / 100, 1);
    IS(yx_voucher_stamp_many(signer, seal, act, NULL, NULL, 0, 4, &stamped), YX_OK);
    IS(yx_buffers_get(stamped, 0, NULL, 0, &length), YX_ERROR_ARGUMENT);
    yx_buffers_free(stamped);
    IS(yx_document_sign(signer, NULL, 0, &stamped), YX_OK);
    yx_buffers_free(stamped);
    HOLDS(s == NULL && se == NULL && r == NULL);

    yx_signer_free(NULL);
    yx_seal_free(NULL);
    yx_act_free(NULL);
    yx_verifier_free(NULL);
    yx_buffers_free(NULL);
    yx_report_free(NULL);
    yx_reports_free(NULL);
}

static void wrong_and_freed_handles(void)
{
    const yx_status handle = YX_ERROR_HANDLE;
    const uint8_t *d = voucher.data;
    size_t n = voucher.length, length = 7;
    uint64_t own[8] = { 0 };
    yx_buffers *b = NULL;
    yx_report *r = NULL;
    yx_act *gone = NULL;
    char text[256];

    IS(yx_voucher_stamp((yx_signer *)seal, seal, act, d, n, &b), handle);
    IS(yx_last_error_message(text, sizeof text, &length), YX_OK);
    HOLDS(strstr(text, "yx_seal") != NULL && strstr(text, "yx_signer") != NULL);
    HOLDS(strlen(text) + 1 == length);
    IS(yx_voucher_stamp(signer, (yx_seal *)signer, act, d, n, &b), handle);
    IS(yx_voucher_stamp(signer, seal, (yx_act *)verifier, d, n, &b), handle);
    IS(yx_voucher_verify((yx_verifier *)act, d, n, now, now, &r), handle);
    IS(yx_report_verdict((yx_report *)verifier), handle);
    IS(yx_buffers_get((yx_buffers *)verifier, 0, NULL, 0, &length), handle);
    IS(yx_reports_get((yx_reports *)verifier, 0, &r), handle);
    IS(yx_document_sign((yx_signer *)own, d, n, &b), handle);
    IS(yx_document_sign((yx_signer *)((char *)own + 1), d, n, &b), handle);
    IS(yx_document_sign((yx_signer *)(uintptr_t)-1, d, n, &b), handle);
    HOLDS(b == NULL && r == NULL);

    yx_seal_free((yx_seal *)signer); /* of another kind: left alone */
    IS(yx_document_sign(signer, d, n, &b), YX_OK);
    yx_buffers_free(b);
    yx_buffers_free(b);
    IS(yx_buffers_get(b, 0, NULL, 0, &length), handle);
    IS(yx_act_new("a", 1, "b", 1, "c", 1, now, &gone), YX_OK);
    yx_act_free(gone);
    yx_act_free(gone);
    b = NULL;
    IS(yx_voucher_sign(signer, gone, d, n, &b), handle);
    HOLDS(b == NULL);
}

static void arguments_out_of_range(void)
{
    const yx_status argument = YX_ERROR_ARGUMENT;
    const uint8_t *d = voucher.data;
    size_t n = voucher.length, i;
    const size_t huge[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2, SIZE_MAX / 2 + 1, SIZE_MAX / 8 };
    const uint8_t *items[1] = { d };
    size_t lengths[1] = { n };
    yx_signer *s = NULL;
    yx_buffers *b = NULL;
    yx_report *r = NULL;
    yx_reports *rs = NULL;
    yx_seal *se = NULL;
    yx_act *a = NULL;

    for (i = 0; i < sizeof huge / sizeof *huge; i++) {
        size_t h = huge[i];
        size_t one[1];
        one[0] = h;
        IS(yx_signer_from_pem(d, h, NULL, 0, NULL, 0, &s), argument);
        IS(yx_signer_from_pem(d, n, "p", h, NULL, 0, &s), argument);
        IS(yx_seal_parse(d, h, 0, &se), argument);
        IS(yx_act_new("a", h, "b", 1, "c", 1, now, &a), argument);
        IS(yx_voucher_stamp(signer, seal, act, d, h, &b), argument);
        IS(yx_voucher_verify(verifier, d, h, now, now, &r), argument);
        IS(yx_voucher_stamp_many(signer, seal, act, items, lengths, h, 0, &b), argument);
        IS(yx_voucher_stamp_many(signer, seal, act, items, one, 1, 0, &b), argument);
        IS(yx_voucher_verify_many(verifier, items, lengths, h, now, now, 0, &rs), argument);
        IS(yx_document_sign(signer, d, h, &b), argument);
        IS(yx_verifier_set_authorisation_json(verifier, "{}", h), argument);
        IS(yx_verifier_set_templates_json(verifier, "{}", h), argument);
        IS(yx_verifier_set_catalogue_json(verifier, "{}", h), argument);
        IS(yx_verifier_set_user_id(verifier, d, h), argument);
        IS(yx_signer_set_user_id(signer, d, h), argument);
        IS(yx_act_set_templates_json(act, "{}", h), argument);
        IS(yx_act_set_catalogue_json(act, "{}", h), argument);
    }
    IS(yx_seal_parse(d, n, 2, &se), argument);
    IS(yx_verifier_set_profile(verifier, -1), argument);
    IS(yx_verifier_set_revocation(verifier, 3), argument);
    IS(yx_voucher_verify(verifier, d, n, INT64_MAX, now, &r), argument);
    IS(yx_voucher_verify(verifier, d, n, YX_NO_TIME, now, &r), argument);
    IS(yx_voucher_verify(verifier, d, n, now, INT64_MAX, &r), argument);
    IS(yx_act_new("a", 1, "b", 1, "c", 1, YX_NO_TIME, &a), argument);
    IS(yx_act_new("\xff", 1, "b", 1, "c", 1, now, &a), YX_ERROR_TEXT);
    HOLDS(s == NULL && b == NULL && r == NULL && rs == NULL && se == NULL && a == NULL);
}

/* Settings that are refused leave the old ones; those of a handle in use by others may change. */
static void settings(void)
{
    bytes local = read_file("templates.json"), fresh = read_file("fresh.xml");
    static uint8_t id[8192];
    yx_act *mine = NULL, *gone;
    yx_signer *gone_signer;
    yx_buffers *b = NULL;
    yx_report *r = NULL;

    IS(yx_act_set_templates_json(act, "{}", 2), YX_ERROR_JSON);
    IS(yx_act_set_templates_json(act, "\xff", 1) / 100, 1);
    IS(yx_act_set_catalogue_json(act, "[", 1), YX_ERROR_JSON);
    IS(yx_verifier_set_templates_json(verifier, NULL, 0), YX_ERROR_JSON);
    IS(yx_verifier_set_catalogue_json(verifier, "{}", 2), YX_ERROR_JSON);
    IS(yx_signer_set_user_id(signer, id, sizeof id), YX_ERROR_SIZE);
    IS(yx_verifier_set_user_id(verifier, id, sizeof id), YX_ERROR_SIZE);
    IS(yx_act_set_templates_json((yx_act *)seal, "{}", 2), YX_ERROR_HANDLE);
    IS(yx_act_set_catalogue_json((yx_act *)seal, "{}", 2), YX_ERROR_HANDLE);
    IS(yx_signer_set_user_id((yx_signer *)act, NULL, 0), YX_ERROR_HANDLE);
    IS(yx_verifier_set_user_id((yx_verifier *)act, NULL, 0), YX_ERROR_HANDLE);

    IS(yx_act_new(org, strlen(org), role, strlen(role), position, strlen(position), now, &mine), YX_OK);
    IS(yx_voucher_stamp(signer, seal, mine, fresh.data, fresh.length, &b), YX_ERROR_ORDER);
    IS(yx_act_set_templates_json(mine, (char *)local.data, local.length), YX_OK);
    IS(yx_voucher_stamp(signer, seal, mine, fresh.data, fresh.length, &b), YX_OK);
    yx_buffers_free(b);
    gone = mine;
    yx_act_free(mine);
    IS(yx_act_set_templates_json(gone, (char *)local.data, local.length), YX_ERROR_HANDLE);

    /* Signed under another user id than the verifier's. */
    b = NULL;
    IS(yx_signer_set_user_id(signer, id, 3), YX_OK);
    IS(yx_document_sign(signer, voucher.data, voucher.length, &b), YX_OK);
    {
        size_t length = 0;
        uint8_t *value;
        IS(yx_buffers_get(b, 0, NULL, 0, &length), YX_OK);
        value = (uint8_t *)malloc(length);
        IS(yx_buffers_get(b, 0, value, length, &length), YX_OK);
        IS(yx_document_verify_signature(verifier, value, length, voucher.data, voucher.length, now,
                                        YX_NO_TIME, &r), YX_VERDICT_INVALID);
        yx_report_free(r);
        IS(yx_verifier_set_user_id(verifier, id, 3), YX_OK);
        IS(yx_document_verify_signature(verifier, value, length, voucher.data, voucher.length, now,
                                        YX_NO_TIME, &r), YX_OK);
        yx_report_free(r);
        free(value);
    }
    yx_buffers_free(b);
    IS(yx_signer_set_user_id(signer, NULL, 0), YX_OK);
    IS(yx_verifier_set_user_id(verifier, NULL, 0), YX_OK);
    {
        bytes pem = read_file("signer.pem");
        IS(yx_signer_from_pem(pem.data, pem.length, NULL, 0, NULL, 0, &gone_signer), YX_OK);
        yx_signer_free(gone_signer);
        IS(yx_signer_set_user_id(gone_signer, NULL, 0), YX_ERROR_HANDLE);
        free(pem.data);
    }
    free(local.data);
    free(fresh.data);
}

static void requests(void)
{
    const yx_status null = YX_ERROR_NULL_POINTER, argument = YX_ERROR_ARGUMENT;
    const uint8_t *d = voucher.data;
    size_t n = voucher.length, length = 7, count = 7;
    bytes pem = read_file("signer.pem");
    const uint8_t *c = pem.data;
    size_t cn = pem.length;
    uint8_t garbage[64], digest[32], exact[4096];
    const uint8_t *signatures[2] = { garbage, garbage }, *kept[2];
    size_t lengths[2] = { sizeof garbage, sizeof garbage };
    yx_requests *q = NULL, *none = NULL;
    yx_buffers *b = NULL;
    uint8_t *bytes_of;

    memset(garbage, 0x11, sizeof garbage);
    IS(yx_voucher_prepare(seal, NULL, c, cn, NULL, 0, d, n, &none), null);
    IS(yx_voucher_prepare(seal, act, NULL, 9, NULL, 0, d, n, &none), null);
    IS(yx_voucher_prepare(seal, act, c, cn, NULL, 9, d, n, &none), null);
    IS(yx_voucher_prepare(seal, act, c, cn, NULL, 0, NULL, 9, &none), null);
    IS(yx_voucher_prepare(seal, act, c, cn, NULL, 0, d, n, NULL), null);
    IS(yx_voucher_prepare((yx_seal *)act, act, c, cn, NULL, 0, d, n, &none), YX_ERROR_HANDLE);
    IS(yx_voucher_prepare(seal, (yx_act *)seal, c, cn, NULL, 0, d, n, &none), YX_ERROR_HANDLE);
    IS(yx_voucher_prepare(seal, act, c, SIZE_MAX, NULL, 0, d, n, &none), argument);
    IS(yx_voucher_prepare(seal, act, c, cn, c, SIZE_MAX, d, n, &none), argument);
    IS(yx_voucher_prepare(seal, act, c, cn, c, 8192, d, n, &none) / 100, 3);
    IS(yx_voucher_prepare(seal, act, d, n, NULL, 0, d, n, &none) / 100, 1);
    IS(yx_voucher_prepare(seal, act, c, cn, NULL, 0, c, cn, &none) / 100, 1);
    HOLDS(none == NULL);

    IS(yx_voucher_prepare(seal, act, c, cn, NULL, 0, d, n, &q), YX_OK);
    IS(yx_requests_count(NULL, &count), null);
    IS(yx_requests_count(q, NULL), null);
    IS(yx_requests_count((yx_requests *)act, &count), YX_ERROR_HANDLE);
    HOLDS(count == 7);
    IS(yx_requests_count(q, &count), YX_OK);
    HOLDS(count == 1);
    IS(yx_requests_get(NULL, 0, YX_REQUEST_BYTES, NULL, 0, &length), null);
    IS(yx_requests_get(q, 0, YX_REQUEST_BYTES, NULL, 9, &length), null);
    IS(yx_requests_get(q, 0, YX_REQUEST_BYTES, NULL, 0, NULL), null);
    IS(yx_requests_get(q, 1, YX_REQUEST_BYTES, NULL, 0, &length), argument);
    IS(yx_requests_get(q, 0, 3, NULL, 0, &length), argument);
    IS(yx_requests_get(q, 0, -1, NULL, 0, &length), argument);
    HOLDS(length == 7);
    IS(yx_requests_get(q, 0, YX_REQUEST_DIGEST, digest, 31, &length), YX_ERROR_BUFFER_TOO_SMALL);
    IS(yx_requests_get(q, 0, YX_REQUEST_DIGEST, digest, sizeof digest, &length), YX_OK);
    HOLDS(length == 32);
    IS(yx_requests_get(q, 0, YX_REQUEST_TO_BE_SIGNED, exact, sizeof exact, &length), YX_OK);
    IS(yx_requests_get(q, 0, YX_REQUEST_BYTES, NULL, 0, &length), YX_OK);
    bytes_of = (uint8_t *)malloc(length);
    IS(yx_requests_get(q, 0, YX_REQUEST_BYTES, bytes_of, length, &length), YX_OK);

    IS(yx_voucher_complete(NULL, signatures, lengths, 1, d, n, &b), null);
    IS(yx_voucher_complete((yx_requests *)act, signatures, lengths, 1, d, n, &b), YX_ERROR_HANDLE);
    IS(yx_voucher_complete(q, NULL, lengths, 1, d, n, &b), null);
    IS(yx_voucher_complete(q, signatures, NULL, 1, d, n, &b), null);
    IS(yx_voucher_complete(q, signatures, lengths, 1, NULL, 9, &b), null);
    IS(yx_voucher_complete(q, signatures, lengths, 1, d, n, NULL), null);
    IS(yx_voucher_complete(q, signatures, lengths, SIZE_MAX, d, n, &b), argument);
    IS(yx_voucher_complete(q, signatures, lengths, 0, d, n, &b), argument);
    IS(yx_voucher_complete(q, signatures, lengths, 2, d, n, &b), argument);
    IS(yx_voucher_complete(q, signatures, lengths, 1, d, n, &b), YX_ERROR_SIGNER);
    lengths[0] = 0;
    IS(yx_voucher_complete(q, signatures, lengths, 1, d, n, &b), YX_ERROR_SIGNER);
    HOLDS(b == NULL);
    yx_requests_free(q);
    yx_requests_free(q);
    yx_requests_free(NULL);
    IS(yx_requests_count(q, &count), YX_ERROR_HANDLE);

    kept[0] = kept[1] = bytes_of;
    lengths[0] = lengths[1] = length;
    IS(yx_requests_from_bytes(NULL, lengths, 1, &none), null);
    IS(yx_requests_from_bytes(kept, NULL, 1, &none), null);
    IS(yx_requests_from_bytes(kept, lengths, 1, NULL), null);
    IS(yx_requests_from_bytes(kept, lengths, SIZE_MAX, &none), argument);
    lengths[1] = length - 1; /* one bad among good ones */
    IS(yx_requests_from_bytes(kept, lengths, 2, &none) / 100, 1);
    HOLDS(none == NULL);
    lengths[1] = length;
    IS(yx_requests_from_bytes(kept, lengths, 2, &q), YX_OK);
    IS(yx_requests_count(q, &count), YX_OK);
    HOLDS(count == 2);
    yx_requests_free(q);
    free(bytes_of);
    free(pem.data);
}

static void sizes(void)
{
    yx_buffers *b;
    yx_report *r;
    size_t need = 0, length = 0;
    uint8_t *exact;
    char *text;

    IS(yx_document_sign(signer, voucher.data, voucher.length, &b), YX_OK);
    IS(yx_buffers_get(b, 0, NULL, 0, &need), YX_OK);
    exact = (uint8_t *)malloc(need);
    IS(yx_buffers_get(b, 0, exact, need - 1, &length), YX_ERROR_BUFFER_TOO_SMALL);
    HOLDS(length == need);
    length = 0;
    IS(yx_buffers_get(b, 0, exact, 0, &length), YX_ERROR_BUFFER_TOO_SMALL);
    HOLDS(length == need);
    IS(yx_buffers_get(b, 0, NULL, need, &length), YX_ERROR_NULL_POINTER);
    IS(yx_buffers_get(b, 0, exact, need, &length), YX_OK);
    IS(yx_buffers_get(b, 1, exact, need, &length), YX_ERROR_ARGUMENT);
    IS(yx_buffers_get(b, SIZE_MAX, exact, need, &length), YX_ERROR_ARGUMENT);
    yx_buffers_free(b);

    r = NULL;
    HOLDS(yx_document_verify_signature(verifier, exact, need, voucher.data, voucher.length, now,
                                       YX_NO_TIME, &r) < 100);
    HOLDS(r != NULL);
    IS(yx_report_json(r, NULL, 0, &length), YX_OK);
    text = (char *)malloc(length);
    IS(yx_report_json(r, text, length - 1, &length), YX_ERROR_BUFFER_TOO_SMALL);
    IS(yx_report_json(r, text, length, &length), YX_OK);
    HOLDS(strlen(text) + 1 == length);
    free(text);
    yx_report_free(r);

    /* Written in all three verdicts. */
    r = NULL;
    IS(yx_document_verify_signature(verifier, exact, need, voucher.data, voucher.length - 1, now,
                                    YX_NO_TIME, &r), YX_VERDICT_INVALID);
    IS(yx_report_verdict(r), YX_VERDICT_INVALID);
    yx_report_free(r);
    free(exact);
}

static int32_t device_that_lies(void *user_data, const uint8_t *const *messages,
                                const size_t *lengths, size_t count, uint8_t *const *signatures,
                                size_t *signature_lengths)
{
    size_t i;
    (void)messages, (void)lengths;
    for (i = 0; i < count; i++) {
        memset(signatures[i], 0x11, YX_SIGNATURE_CAPACITY);
        signature_lengths[i] = *(size_t *)user_data;
    }
    return 0;
}

static int32_t device_that_calls_back(void *user_data, const uint8_t *const *messages,
                                      const size_t *lengths, size_t count,
                                      uint8_t *const *signatures, size_t *signature_lengths)
{
    yx_buffers *b = NULL;
    (void)count, (void)signatures, (void)signature_lengths;
    IS(yx_signer_set_user_id(*(yx_signer **)user_data, NULL, 0), YX_OK); /* waits for nobody */
    IS(yx_document_sign(*(yx_signer **)user_data, messages[0], lengths[0], &b), YX_ERROR_ARGUMENT);
    return 1;
}

static void devices(void)
{
    bytes pem = read_file("signer.pem");
    const size_t sizes[] = { 0, 1, 64, 70, YX_SIGNATURE_CAPACITY, YX_SIGNATURE_CAPACITY + 1, SIZE_MAX };
    size_t asked = 0, i, length, size;
    char text[256];
    yx_signer *device = NULL;
    yx_buffers *b = NULL;
    const uint8_t *items[2];
    size_t lengths[2];

    IS(yx_signer_from_callback(pem.data, pem.length, device_that_fails, &asked, &device), YX_OK);
    IS(yx_document_sign(device, voucher.data, voucher.length, &b), YX_ERROR_SIGNER);
    HOLDS(asked == 1 && b == NULL);
    IS(yx_last_error_message(text, sizeof text, &length), YX_OK);
    HOLDS(strstr(text, "42") != NULL);
    items[0] = items[1] = voucher.data;
    lengths[0] = lengths[1] = voucher.length;
    IS(yx_voucher_stamp_many(device, seal, act, items, lengths, 2, 2, &b), YX_OK);
    IS(yx_buffers_get(b, 1, NULL, 0, &length), YX_ERROR_SIGNER);
    yx_buffers_free(b);
    HOLDS(asked == 3);
    yx_signer_free(device);
    b = NULL;

    for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size = sizes[i];
        IS(yx_signer_from_callback(pem.data, pem.length, device_that_lies, &size, &device), YX_OK);
        IS(yx_document_sign(device, voucher.data, voucher.length, &b), YX_ERROR_SIGNER);
        HOLDS(b == NULL);
        yx_signer_free(device);
    }
    IS(yx_signer_from_callback(pem.data, pem.length, device_that_calls_back, &device, &device), YX_OK);
    IS(yx_document_sign(device, voucher.data, voucher.length, &b), YX_ERROR_SIGNER);
    yx_signer_free(device);
    free(pem.data);
}

static void *another_thread(void *unused)
{
    size_t length = 0;
    (void)unused;
    IS(yx_last_error_message(NULL, 0, &length), YX_OK);
    HOLDS(length == 1);
    return NULL;
}

static void errors_belong_to_threads(void)
{
    pthread_t thread;
    size_t length = 0;
    char json[512];
    IS(yx_report_verdict(NULL), YX_ERROR_NULL_POINTER);
    HOLDS(pthread_create(&thread, NULL, another_thread, NULL) == 0);
    pthread_join(thread, NULL);
    yx_report_free(NULL);
    IS(yx_last_error_json(json, sizeof json, &length), YX_OK);
    HOLDS(strstr(json, "702") != NULL);
    IS(yx_verifier_set_profile(verifier, YX_PROFILE_CONFORMING), YX_OK);
    IS(yx_last_error_json(json, sizeof json, &length), YX_OK);
    HOLDS(strcmp(json, "{\"schema\":1,\"error\":null}") == 0);
}

static volatile int stop;

static void *busy(void *unused)
{
    (void)unused;
    while (!stop) {
        yx_act *mine = NULL;
        yx_buffers *b = NULL;
        IS(yx_act_new("a", 1, "b", 1, "c", 1, now, &mine), YX_OK);
        if (yx_document_sign(signer, (const uint8_t *)"x", 1, &b) == YX_OK) {
            yx_buffers_free(b);
        }
        yx_act_free(mine);
    }
    return NULL;
}

static void pause_for(long milliseconds)
{
    struct timespec time;
    time.tv_sec = 0;
    time.tv_nsec = milliseconds * 1000000;
    nanosleep(&time, NULL);
}

/* A handle changed and freed while other threads use it: they finish or are refused. */
static void freed_in_use(void)
{
    pthread_t threads[2];
    yx_signer *kept = signer;
    bytes pem = read_file("signer.pem");
    int i;
    for (i = 0; i < 3; i++) {
        IS(yx_signer_from_pem(pem.data, pem.length, NULL, 0, NULL, 0, &signer), YX_OK);
        stop = 0;
        pthread_create(&threads[0], NULL, busy, NULL);
        pthread_create(&threads[1], NULL, busy, NULL);
        pause_for(20);
        IS(yx_signer_set_user_id(signer, (const uint8_t *)"changed", 7), YX_OK);
        pause_for(5);
        yx_signer_free(signer);
        pause_for(5);
        stop = 1;
        pthread_join(threads[0], NULL);
        pthread_join(threads[1], NULL);
    }
    free(pem.data);
    signer = kept;
}

int main(int argc, char **argv)
{
    if (!set_up(argc, argv)) {
        fputs("usage: misuse FOLDER ORG ROLE POSITION TIME\n", stderr);
        return 2;
    }
    IS(yx_abi_version(), YX_ABI_VERSION);
    alarm(300);
    nulls();
    wrong_and_freed_handles();
    arguments_out_of_range();
    sizes();
    settings();
    requests();
    many(0);
    many(3);
    devices();
    errors_belong_to_threads();
    freed_in_use();
    free_all();
    printf("%d failures\n", failures);
    return failures ? 1 : 0;
}
