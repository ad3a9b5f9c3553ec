/* What banks sign, and tags between two systems in one house. */

#include "common.h"

static const char request[] = "{\"request\":{\"body\":{\"amount\":\"100.00\"}},"
                              "\"signature\":{\"sigdat\":\"__signature_sigdat__\",\"sigtim\":\"\"}}";
static const char der[] = "{\"form\":\"der\"}";

#define TEXT(text) (const uint8_t *)(text), strlen(text)

static uint8_t id[16];
static bytes certificate;

static bytes take(yx_buffers *made)
{
    bytes item;
    IS(yx_buffers_get(made, 0, NULL, 0, &item.length), YX_OK);
    item.data = (uint8_t *)malloc(item.length ? item.length : 1);
    IS(yx_buffers_get(made, 0, item.data, item.length, &item.length), YX_OK);
    yx_buffers_free(made);
    return item;
}

static int bytes_verified(bytes signature, uint32_t form, const char *message, size_t id_length)
{
    yx_report *report = NULL;
    int verdict = yx_bytes_verify(verifier, certificate.data, certificate.length,
                                  id_length == 0 ? NULL : id, id_length, TEXT(message),
                                  signature.data, signature.length, form, now + 60, YX_NO_TIME, &report);
    HOLDS((report != NULL) == (verdict < 100));
    yx_report_free(report);
    return verdict;
}

static void user_ids(void)
{
    size_t length = 0;
    IS(yx_user_id_padded(TEXT("N002463198"), NULL, 0, &length), YX_OK);
    IS(length, 16);
    IS(yx_user_id_padded(TEXT("N002463198"), id, 15, &length), YX_ERROR_BUFFER_TOO_SMALL);
    IS(yx_user_id_padded(TEXT("N002463198"), id, 16, &length), YX_OK);
    HOLDS(memcmp(id, "N002463198000000", 16) == 0);
    IS(yx_user_id_padded(NULL, 0, id, 16, &length), YX_ERROR_VALUE);
    IS(yx_user_id_padded(TEXT("12345678123456789"), id, 16, &length), YX_ERROR_SIZE);
    IS(yx_signer_set_user_id(signer, id, 16), YX_OK);
}

static void bare_values(void)
{
    const uint8_t *messages[3];
    size_t lengths[3], i;
    uint32_t form;
    yx_buffers *made = NULL;
    for (i = 0; i < 3; i++) {
        messages[i] = (const uint8_t *)"message";
        lengths[i] = 2 + i;
    }
    for (form = YX_SIGNATURE_DER; form <= YX_SIGNATURE_RAW; form++) {
        bytes signature;
        IS(yx_bytes_sign(signer, TEXT("message"), form, &made), YX_OK);
        signature = take(made);
        made = NULL;
        HOLDS(form == YX_SIGNATURE_DER || signature.length == 64);
        IS(bytes_verified(signature, form, "message", 16), YX_OK);
        IS(bytes_verified(signature, form, "another", 16), YX_VERDICT_INVALID);
        IS(bytes_verified(signature, form, "message", 10), YX_VERDICT_INVALID);
        IS(bytes_verified(signature, form, "message", 0), YX_VERDICT_INVALID);
        IS(bytes_verified(signature, 3 - form, "message", 16), YX_VERDICT_INVALID);
        IS(bytes_verified(signature, 3, "message", 16), YX_ERROR_ARGUMENT);
        signature.data[9] ^= 1;
        IS(bytes_verified(signature, form, "message", 16), YX_VERDICT_INVALID);
        free(signature.data);
        IS(yx_bytes_sign_many(signer, messages, lengths, 3, form, 2, &made), YX_OK);
        for (i = 0; i < 3; i++) {
            bytes one;
            IS(yx_buffers_get(made, i, NULL, 0, &one.length), YX_OK);
            one.data = (uint8_t *)malloc(one.length);
            IS(yx_buffers_get(made, i, one.data, one.length, &one.length), YX_OK);
            IS(bytes_verified(one, form, i == 0 ? "me" : i == 1 ? "mes" : "mess", 16), YX_OK);
            free(one.data);
        }
        yx_buffers_free(made);
        made = NULL;
    }
    IS(yx_bytes_sign(signer, TEXT("message"), 0, &made), YX_ERROR_ARGUMENT);
    IS(yx_bytes_sign(signer, NULL, 9, YX_SIGNATURE_RAW, &made), YX_ERROR_NULL_POINTER);
    IS(yx_bytes_sign(signer, TEXT("message"), YX_SIGNATURE_RAW, NULL), YX_ERROR_NULL_POINTER);
    HOLDS(made == NULL);
}

/* The example of SM2 in GB/T 32918.5 with its public key, verified without a certificate. */
static void a_bare_key(void)
{
    static const char key[] =
        "04 09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13";
    static const uint8_t signature[64] = {
        0xF5, 0xA0, 0x3B, 0x06, 0x48, 0xD2, 0xC4, 0x63, 0x0E, 0xEA, 0xC5, 0x13, 0xE1, 0xBB, 0x81, 0xA1,
        0x59, 0x44, 0xDA, 0x38, 0x27, 0xD5, 0xB7, 0x41, 0x43, 0xAC, 0x7E, 0xAC, 0xEE, 0xE7, 0x20, 0xB3,
        0xB1, 0xB6, 0xAA, 0x29, 0xDF, 0x21, 0x2F, 0xD8, 0x76, 0x31, 0x82, 0xBC, 0x0D, 0x42, 0x1C, 0xA1,
        0xBB, 0x90, 0x38, 0xFD, 0x1F, 0x7F, 0x42, 0xD4, 0x84, 0x0B, 0x69, 0xC4, 0x85, 0xBB, 0xC1, 0xAA,
    };
#define BY_KEY(key, message, length, form) \
    yx_bytes_verify_with_key(TEXT(key), NULL, 0, TEXT(message), signature, length, form)
    IS(BY_KEY(key, "message digest", 64, YX_SIGNATURE_RAW), YX_OK);
    IS(BY_KEY(key, "message", 64, YX_SIGNATURE_RAW), YX_ERROR_BAD_SIGNATURE);
    IS(BY_KEY(key, "message digest", 63, YX_SIGNATURE_RAW), YX_ERROR_BAD_SIGNATURE);
    IS(BY_KEY(key, "message digest", 64, YX_SIGNATURE_DER), YX_ERROR_BAD_SIGNATURE);
    IS(BY_KEY("no key", "message digest", 64, YX_SIGNATURE_RAW), YX_ERROR_FORM);
    IS(yx_json_verify_with_key(TEXT(key), NULL, 0, TEXT(request), NULL, 0), YX_ERROR_BASE64);
}

static int json_verified(bytes text, const char *options, size_t id_length)
{
    yx_report *report = NULL;
    int verdict = yx_json_verify(verifier, certificate.data, certificate.length,
                                 id_length == 0 ? NULL : id, id_length, text.data, text.length,
                                 (const uint8_t *)options, options == NULL ? 0 : strlen(options),
                                 now + 60, YX_NO_TIME, &report);
    HOLDS((report != NULL) == (verdict < 100));
    yx_report_free(report);
    return verdict;
}

static void requests(void)
{
    yx_buffers *made = NULL;
    const char *options[2];
    bytes cut;
    size_t i;
    options[0] = NULL;
    options[1] = der;
    for (i = 0; i < 2; i++) {
        bytes text;
        char *amount;
        IS(yx_json_sign(signer, TEXT(request), (const uint8_t *)options[i],
                        options[i] == NULL ? 0 : strlen(options[i]), &made), YX_OK);
        text = take(made);
        made = NULL;
        IS(json_verified(text, options[i], 16), YX_OK);
        IS(json_verified(text, options[1 - i], 16), YX_VERDICT_INVALID);
        IS(json_verified(text, options[i], 0), YX_VERDICT_INVALID);
        for (cut = text, cut.length = 0; cut.length < text.length; cut.length++) {
            HOLDS(json_verified(cut, options[i], 16) >= 100);
        }
        amount = (char *)text.data + (strstr(request, "100.00") - request);
        amount[0] = '9';
        IS(json_verified(text, options[i], 16), YX_VERDICT_INVALID);
        free(text.data);
    }
    IS(yx_json_sign(signer, TEXT("{}"), NULL, 0, &made), YX_ERROR_STRUCTURE);
    IS(yx_json_sign(signer, TEXT("{"), NULL, 0, &made), YX_ERROR_JSON);
    IS(yx_json_sign(signer, TEXT(request), TEXT("[]"), &made), YX_ERROR_JSON);
    IS(yx_json_sign(signer, TEXT(request), NULL, 0, NULL), YX_ERROR_NULL_POINTER);
    HOLDS(made == NULL);
}

static void local_authentication(void)
{
    static const uint8_t expected[4] = { 0x26, 0x44, 0xa4, 0x33 };
    yx_local *local = NULL, *next = NULL;
    yx_buffers *made = NULL;
    uint8_t tag[32], first[16], second[16];
    bytes name;
    IS(yx_local_new("2026-1", 6, TEXT("k7Qe-vX2mPz9_TaW"), TEXT("0rYbN4uHs8LdFc6J"), &local), YX_OK);
    IS(yx_local_tag(local, YX_LOCAL_TO_CONTROL, 1, TEXT("message"), tag), YX_OK);
    HOLDS(memcmp(tag, expected, 4) == 0);
#define CHECK(local, direction, sequence, message, length, out) \
    yx_local_check(local, direction, sequence, TEXT(message), tag, length, out)
    IS(CHECK(local, YX_LOCAL_TO_CONTROL, 1, "message", 32, NULL), YX_OK);
    IS(CHECK(local, YX_LOCAL_FROM_CONTROL, 1, "message", 32, NULL), YX_ERROR_BAD_SIGNATURE);
    IS(CHECK(local, YX_LOCAL_TO_CONTROL, 2, "message", 32, NULL), YX_ERROR_BAD_SIGNATURE);
    IS(CHECK(local, YX_LOCAL_TO_CONTROL, 1, "massage", 32, NULL), YX_ERROR_BAD_SIGNATURE);
    IS(CHECK(local, YX_LOCAL_TO_CONTROL, 1, "message", 31, NULL), YX_ERROR_BAD_SIGNATURE);
    IS(CHECK(local, 3, 1, "message", 32, NULL), YX_ERROR_ARGUMENT);

    /* The next key, with the one before accepted. */
    IS(yx_local_new_half(first), YX_OK);
    IS(yx_local_new_half(second), YX_OK);
    IS(yx_local_new("2026-2", 6, first, 16, second, 16, &next), YX_OK);
    IS(CHECK(next, YX_LOCAL_TO_CONTROL, 1, "message", 32, NULL), YX_ERROR_BAD_SIGNATURE);
    IS(yx_local_accept(next, "2026-1", 6, TEXT("k7Qe-vX2mPz9_TaW"), TEXT("0rYbN4uHs8LdFc6J")), YX_OK);
    IS(CHECK(next, YX_LOCAL_TO_CONTROL, 1, "message", 32, &made), YX_OK);
    name = take(made);
    made = NULL;
    HOLDS(name.length == 6 && memcmp(name.data, "2026-1", 6) == 0);
    free(name.data);
    IS(yx_local_accept(next, "2026-3", 6, first, 16, second, 16), YX_ERROR_ARGUMENT);

    yx_local_free(local);
    IS(yx_local_tag(local, YX_LOCAL_TO_CONTROL, 1, TEXT("message"), tag), YX_ERROR_HANDLE);
    local = NULL;
    IS(yx_local_new("2026-1", 6, first, 15, second, 16, &local), YX_ERROR_VALUE);
    IS(yx_local_new("2026-1", 6, first, 16, first, 16, &local), YX_ERROR_WEAK);
    IS(yx_local_new("", 0, first, 16, second, 16, &local), YX_ERROR_VALUE);
    IS(yx_local_new("2026-1", 6, NULL, 16, second, 16, &local), YX_ERROR_NULL_POINTER);
    IS(yx_local_new("2026-1", 6, first, 16, second, 16, NULL), YX_ERROR_NULL_POINTER);
    IS(yx_local_tag(next, YX_LOCAL_TO_CONTROL, 1, TEXT("message"), NULL), YX_ERROR_NULL_POINTER);
    IS(yx_local_new_half(NULL), YX_ERROR_NULL_POINTER);
    IS(yx_local_check(next, YX_LOCAL_TO_CONTROL, 1, TEXT("message"), NULL, 32, NULL),
       YX_ERROR_NULL_POINTER);
    HOLDS(local == NULL && made == NULL);
    yx_local_free(next);
    yx_local_free(NULL);
}

int main(int argc, char **argv)
{
    if (!set_up(argc, argv)) {
        return 2;
    }
    certificate = read_file("signer.pem");
    user_ids();
    bare_values();
    a_bare_key();
    requests();
    local_authentication();
    IS(yx_signer_set_user_id(signer, NULL, 0), YX_OK);
    many(2); /* what was refused above left everything as it was */
    free(certificate.data);
    free_all();
    return failures == 0 ? 0 : 1;
}
