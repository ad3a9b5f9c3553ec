/* Time stamps and requests for certificates: the way of a program that has an authority to ask, and
 * what is refused on it. */

#include "common.h"

static const char policy[] = "1.2.3.4.1";

/* The only item of what a call made. */
static bytes take(yx_buffers *made)
{
    bytes item;
    IS(yx_buffers_get(made, 0, NULL, 0, &item.length), YX_OK);
    item.data = (uint8_t *)malloc(item.length ? item.length : 1);
    IS(yx_buffers_get(made, 0, item.data, item.length, &item.length), YX_OK);
    yx_buffers_free(made);
    return item;
}

/* What an authority elsewhere does with the request. */
static bytes answer(yx_signer *authority, bytes request)
{
    yx_buffers *made = NULL;
    IS(yx_timestamp_authority_respond(authority, policy, strlen(policy), request.data, request.length,
                                      now, &made), YX_OK);
    return take(made);
}

static void a_stamp(yx_signer *authority)
{
    yx_buffers *made = NULL;
    yx_report *report = NULL;
    bytes stamp, request, response, token, stamped;
    size_t cut;

    IS(yx_document_stamp(signer, seal, voucher.data, voucher.length, NULL, 0, now, &made), YX_OK);
    stamp = take(made);
    IS(yx_stamp_time_stamp_request(stamp.data, stamp.length, YX_PROFILE_CONFORMING, &made), YX_OK);
    request = take(made);
    response = answer(authority, request);
    IS(yx_time_stamp_token_for(request.data, request.length, response.data, response.length, &made),
       YX_OK);
    token = take(made);
    IS(yx_stamp_with_time_stamp(stamp.data, stamp.length, YX_PROFILE_CONFORMING, token.data,
                                token.length, &made), YX_OK);
    stamped = take(made);
    IS(yx_document_verify_stamp(verifier, stamped.data, stamped.length, voucher.data, voucher.length,
                                NULL, 0, now + 3600, YX_NO_TIME, &report), YX_OK);
    yx_report_free(report);
    report = NULL;
    IS(yx_time_stamp_check(verifier, token.data, token.length, stamp.data, stamp.length, now, &report),
       YX_VERDICT_INVALID);
    yx_report_free(report);

    /* Nothing that is cut gets through, and nothing is written. */
    made = NULL;
    report = NULL;
    for (cut = 0; cut < token.length; cut += 7) {
        HOLDS(yx_stamp_with_time_stamp(stamp.data, stamp.length, 0, token.data, cut, &made) >= 100);
        HOLDS(yx_seal_with_time_stamp(seal, token.data, cut, &made) >= 100);
        HOLDS(yx_time_stamp_check(verifier, token.data, cut, stamp.data, 1, now, &report) >= 100);
    }
    for (cut = 0; cut < response.length; cut += 7) {
        HOLDS(yx_time_stamp_token_for(request.data, request.length, response.data, cut, &made) >= 100);
    }
    HOLDS(made == NULL && report == NULL);
    IS(yx_stamp_time_stamp_request(stamp.data, stamp.length, 2, &made), YX_ERROR_ARGUMENT);
    IS(yx_stamp_time_stamp_request(NULL, 1, 0, &made), YX_ERROR_NULL_POINTER);
    IS(yx_stamp_time_stamp_request(stamp.data, stamp.length, 0, NULL), YX_ERROR_NULL_POINTER);
    IS(yx_seal_time_stamp_request(seal, &made), YX_ERROR_FORM);
    IS(yx_seal_time_stamp_request((yx_seal *)signer, &made), YX_ERROR_HANDLE);
    IS(yx_voucher_time_stamp_requests(voucher.data, voucher.length, "x", 1, &made), YX_ERROR_ORDER);
    IS(yx_time_stamp_voucher(voucher.data, voucher.length, "x", 1, NULL, NULL, 0, &made),
       YX_ERROR_ARGUMENT);
    IS(yx_time_stamp_voucher(voucher.data, voucher.length, "x", 1, NULL, NULL, 1, &made),
       YX_ERROR_NULL_POINTER);
    /* A key for documents stamps no time. */
    IS(yx_timestamp_authority_respond(signer, policy, strlen(policy), request.data, request.length, now,
                                      &made), YX_ERROR_POLICY);
    HOLDS(made == NULL);
    free(stamp.data);
    free(request.data);
    free(response.data);
    free(token.data);
    free(stamped.data);
}

static void a_request(void)
{
    static const char subject[] = "CN=Accountant,C=CN";
    yx_buffers *made = NULL;
    bytes request;
    uint8_t key[128];
    char text[64], small[4];
    size_t length, cut;

    IS(yx_pkcs10_make(signer, subject, strlen(subject), YX_CERTIFICATE_SIGNER, &made), YX_OK);
    request = take(made);
    made = NULL;
    IS(yx_pkcs10_verify(request.data, request.length), YX_OK);
    IS(yx_pkcs10_subject(request.data, request.length, text, sizeof text, &length), YX_OK);
    HOLDS(strcmp(text, subject) == 0 && length == strlen(subject) + 1);
    IS(yx_pkcs10_subject(request.data, request.length, small, sizeof small, &length),
       YX_ERROR_BUFFER_TOO_SMALL);
    IS(yx_pkcs10_public_key(request.data, request.length, key, sizeof key, &length), YX_OK);
    for (cut = 0; cut < request.length; cut++) {
        HOLDS(yx_pkcs10_verify(request.data, cut) >= 100);
    }
    request.data[request.length - 1] ^= 1;
    IS(yx_pkcs10_verify(request.data, request.length), YX_ERROR_POLICY);
    IS(yx_pkcs10_make(signer, subject, strlen(subject), -1, &made), YX_ERROR_ARGUMENT);
    IS(yx_pkcs10_make((yx_signer *)seal, subject, 3, 0, &made), YX_ERROR_HANDLE);
    IS(yx_pkcs10_make(signer, NULL, 1, 0, &made), YX_ERROR_NULL_POINTER);
    HOLDS(made == NULL);
    free(request.data);
}

static void policy_of_trust(void)
{
    static const uint8_t id[8192] = {0};
    uint64_t number = 7;
    char text[8];
    size_t length;
    IS(yx_verifier_set_issuer_user_id(verifier, id, sizeof id), YX_ERROR_SIZE);
    IS(yx_verifier_set_maker_user_id(verifier, id, sizeof id), YX_ERROR_SIZE);
    IS(yx_verifier_set_issuer_user_id((yx_verifier *)act, NULL, 0), YX_ERROR_HANDLE);
    IS(yx_verifier_set_maker_user_id(NULL, NULL, 0), YX_ERROR_NULL_POINTER);
    IS(yx_verifier_set_strict_makers(verifier, -1), YX_ERROR_ARGUMENT);
    IS(yx_verifier_expect_seal_states(verifier, "\xff", 1, 1), YX_ERROR_TEXT);
    IS(yx_verifier_expect_seal_states(verifier, NULL, 1, 1), YX_ERROR_NULL_POINTER);
    IS(yx_seal_states_number(id, 9, &number), YX_ERROR_DER);
    IS(yx_seal_states_number(id, 9, NULL), YX_ERROR_NULL_POINTER);
    IS(yx_seal_states_issuer(id, 9, text, sizeof text, &length), YX_ERROR_DER);
    HOLDS(number == 7);
}

int main(int argc, char **argv)
{
    bytes pem;
    yx_signer *authority;
    if (!set_up(argc, argv)) {
        return 2;
    }
    pem = read_file("tsa.pem");
    IS(yx_signer_from_pem(pem.data, pem.length, NULL, 0, NULL, 0, &authority), YX_OK);
    a_stamp(authority);
    a_request();
    policy_of_trust();
    yx_signer_free(authority);
    free(pem.data);
    many(2); /* what was refused above left everything as it was */
    free_all();
    return failures == 0 ? 0 : 1;
}
