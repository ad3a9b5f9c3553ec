/* Messages: signed by one and by several, encrypted, taken apart again, and what is refused. */

#include "common.h"

static const char content[] = "pay 100.00 to the school";
static const size_t content_length = sizeof content - 1;
static yx_signer *second, *bank;
static bytes bank_certificate;

#define CONTENT (const uint8_t *)content, content_length

static bytes take(yx_buffers *made)
{
    bytes item;
    IS(yx_buffers_get(made, 0, NULL, 0, &item.length), YX_OK);
    item.data = (uint8_t *)malloc(item.length ? item.length : 1);
    IS(yx_buffers_get(made, 0, item.data, item.length, &item.length), YX_OK);
    yx_buffers_free(made);
    return item;
}

static int is_content(yx_buffers *made)
{
    bytes item = take(made);
    int same = item.length == content_length && memcmp(item.data, content, content_length) == 0;
    free(item.data);
    return same;
}

/* The verdict; the content has to come out if it is valid, and only then. */
static int verified(bytes message, const char *beside)
{
    yx_report *report = NULL;
    yx_buffers *out = NULL;
    int verdict = yx_cms_verify(verifier, message.data, message.length, (const uint8_t *)beside,
                                beside == NULL ? 0 : strlen(beside), now + 3600, YX_NO_TIME, &out,
                                &report);
    HOLDS((report != NULL) == (verdict < 100));
    HOLDS((out != NULL) == (verdict == YX_OK));
    if (out != NULL) {
        HOLDS(is_content(out));
    }
    yx_report_free(report);
    return verdict;
}

static bytes sign(size_t count, uint32_t form, uint32_t flags, int64_t time)
{
    const yx_signer *signers[2];
    yx_buffers *made = NULL;
    signers[0] = signer;
    signers[1] = second;
    IS(yx_cms_sign(signers, count, CONTENT, form, flags, time, NULL, NULL, 0, &made), YX_OK);
    return take(made);
}

static int says(bytes message, const char *what)
{
    size_t length = 0;
    char *text;
    int found;
    IS(yx_cms_describe(message.data, message.length, YX_PROFILE_CONFORMING, NULL, 0, &length), YX_OK);
    text = (char *)malloc(length);
    IS(yx_cms_describe(message.data, message.length, YX_PROFILE_CONFORMING, text, length, &length),
       YX_OK);
    found = strstr(text, what) != NULL;
    free(text);
    return found;
}

static void signed_messages(void)
{
    uint32_t form;
    for (form = YX_CMS_FORM_GM; form <= YX_CMS_FORM_RFC; form++) {
        yx_buffers *made = NULL;
        bytes one = sign(1, form, 0, now), two = sign(2, form, 0, YX_NO_TIME), three, cut;
        bytes detached = sign(2, form, YX_CMS_DETACHED, now);
        IS(verified(one, NULL), YX_OK);
        IS(verified(two, NULL), YX_OK);
        IS(verified(two, content), YX_ERROR_STRUCTURE);
        IS(verified(detached, content), YX_OK);
        IS(verified(detached, "pay 900.00 to the school"), YX_VERDICT_INVALID);
        IS(verified(detached, NULL), YX_ERROR_ARGUMENT);
        HOLDS(says(one, form == YX_CMS_FORM_GM ? "GB/T 35275" : "RFC 5652"));

        IS(yx_cms_add_signer(second, one.data, one.length, NULL, 0, now, &made), YX_OK);
        three = take(made);
        made = NULL;
        free(one.data);
        IS(yx_cms_countersign(signer, three.data, three.length, 1, now, &made), YX_OK);
        one = take(made);
        made = NULL;
        IS(verified(one, NULL), YX_OK);
        IS(yx_cms_countersign(signer, three.data, three.length, 2, now, &made), YX_ERROR_ARGUMENT);
        IS(yx_cms_add_signer(second, detached.data, detached.length, NULL, 0, now, &made),
           YX_ERROR_ARGUMENT);

        cut = one;
        for (cut.length = 0; cut.length < one.length; cut.length += 31) {
            HOLDS(verified(cut, NULL) >= 100);
        }
        one.data[one.length - 1] ^= 1;
        HOLDS(verified(one, NULL) != YX_OK);
        HOLDS(made == NULL);
        free(one.data);
        free(two.data);
        free(three.data);
        free(detached.data);
    }
}

static void bare_messages(void)
{
    const yx_signer *signers[2];
    const uint8_t *list[1];
    size_t length[1];
    yx_buffers *made = NULL;
    bytes crl = read_file("list.crl"), bare;
    signers[0] = signer;
    signers[1] = second;
    list[0] = crl.data;
    length[0] = crl.length;

    bare = sign(1, YX_CMS_FORM_GM, YX_CMS_BARE, YX_NO_TIME);
    IS(verified(bare, NULL), YX_OK);
    free(bare.data);
    bare = sign(1, YX_CMS_FORM_GM, YX_CMS_BARE | YX_CMS_DETACHED, YX_NO_TIME);
    IS(verified(bare, content), YX_OK);
    free(bare.data);
#define SIGN(count, form, flags, time, lists) \
    yx_cms_sign(signers, count, CONTENT, form, flags, time, list, length, lists, &made)
    IS(SIGN(2, YX_CMS_FORM_GM, YX_CMS_BARE, YX_NO_TIME, 0), YX_ERROR_ARGUMENT);
    IS(SIGN(1, YX_CMS_FORM_RFC, YX_CMS_BARE, YX_NO_TIME, 0), YX_ERROR_ARGUMENT);
    IS(SIGN(1, YX_CMS_FORM_GM, YX_CMS_BARE, now, 0), YX_ERROR_ARGUMENT);
    IS(SIGN(1, YX_CMS_FORM_GM, YX_CMS_BARE, YX_NO_TIME, 1), YX_ERROR_ARGUMENT);
    IS(SIGN(0, YX_CMS_FORM_GM, 0, now, 0), YX_ERROR_ARGUMENT);
    IS(SIGN(1, 0, 0, now, 0), YX_ERROR_ARGUMENT);
    IS(SIGN(1, YX_CMS_FORM_GM, 4, now, 0), YX_ERROR_ARGUMENT);
    HOLDS(made == NULL);
    IS(SIGN(1, YX_CMS_FORM_RFC, 0, now, 1), YX_OK);
    bare = take(made);
    made = NULL;
    HOLDS(says(bare, "\"revocationLists\":1"));
    IS(verified(bare, NULL), YX_OK);
    free(bare.data);
    list[0] = (const uint8_t *)content;
    length[0] = 9;
    HOLDS(SIGN(1, YX_CMS_FORM_RFC, 0, now, 1) >= 100);
    signers[1] = NULL;
    IS(SIGN(2, YX_CMS_FORM_GM, 0, now, 0), YX_ERROR_NULL_POINTER);
    signers[1] = (const yx_signer *)verifier;
    IS(SIGN(2, YX_CMS_FORM_GM, 0, now, 0), YX_ERROR_HANDLE);
    IS(yx_cms_sign(NULL, 1, CONTENT, YX_CMS_FORM_GM, 0, now, NULL, NULL, 0, &made),
       YX_ERROR_NULL_POINTER);
    IS(yx_cms_sign((const yx_signer *const *)1, (size_t)-1, CONTENT, 1, 0, now, NULL, NULL, 0, &made),
       YX_ERROR_ARGUMENT);
    HOLDS(made == NULL);
    free(crl.data);
}

static bytes encrypt(uint32_t form, uint32_t cipher, uint32_t flags)
{
    yx_buffers *made = NULL;
    IS(yx_cms_encrypt(bank_certificate.data, bank_certificate.length, CONTENT, form, cipher, flags,
                      &made), YX_OK);
    return take(made);
}

static void encrypted_messages(void)
{
    uint32_t cipher, flags;
    yx_buffers *made = NULL;
    bytes message;

    for (cipher = YX_CMS_CIPHER_USUAL; cipher <= YX_CMS_CIPHER_AES_256_GCM; cipher++) {
        for (flags = 0; flags <= YX_CMS_BY_KEY_ID; flags++) {
            message = encrypt(YX_CMS_FORM_RFC, cipher, flags);
            HOLDS(says(message, "AuthEnvelopedData"));
            IS(yx_cms_decrypt(bank, message.data, message.length, 0, &made), YX_OK);
            HOLDS(is_content(made));
            made = NULL;
            IS(yx_cms_decrypt_unauthenticated(bank, message.data, message.length, &made), YX_ERROR_FORM);
            IS(yx_cms_decrypt(signer, message.data, message.length, 0, &made), YX_ERROR_NOT_RECIPIENT);
            IS(yx_cms_decrypt(bank, message.data, message.length, 2, &made), YX_ERROR_ARGUMENT);
            message.data[message.length - 1] ^= 1;
            IS(yx_cms_decrypt(bank, message.data, message.length, 0, &made), YX_ERROR_DECRYPTION);
            HOLDS(made == NULL);
            free(message.data);
        }
    }
    for (flags = YX_CMS_FORM_GM; flags <= YX_CMS_FORM_RFC; flags++) {
        /* Nothing shows changes: by the other name only. */
        message = encrypt(flags, YX_CMS_CIPHER_SM4_CBC, 0);
        HOLDS(says(message, "\"EnvelopedData\""));
        IS(yx_cms_decrypt(bank, message.data, message.length, 0, &made), YX_ERROR_POLICY);
        HOLDS(made == NULL);
        IS(yx_cms_decrypt_unauthenticated(bank, message.data, message.length, &made), YX_OK);
        HOLDS(is_content(made));
        made = NULL;
        free(message.data);
    }
    message = bank_certificate;
    IS(yx_cms_encrypt(message.data, message.length, CONTENT, YX_CMS_FORM_GM, YX_CMS_CIPHER_SM4_GCM, 0,
                      &made), YX_ERROR_ARGUMENT);
    IS(yx_cms_encrypt(message.data, message.length, CONTENT, YX_CMS_FORM_RFC, 5, 0, &made),
       YX_ERROR_ARGUMENT);
    IS(yx_cms_encrypt(NULL, 0, CONTENT, YX_CMS_FORM_RFC, 0, 0, &made) >= 100, 1);
    message = read_file("signer.pem");
    IS(yx_cms_encrypt(message.data, message.length, CONTENT, YX_CMS_FORM_RFC, 0, 0, &made),
       YX_ERROR_POLICY);
    HOLDS(made == NULL);
    free(message.data);
}

static int opened(bytes message)
{
    yx_buffers *out = NULL;
    yx_report *report = NULL;
    int verdict = yx_cms_decrypt_signed(bank, verifier, message.data, message.length, now + 60,
                                        YX_NO_TIME, &out, &report);
    HOLDS((report != NULL) == (verdict < 100));
    HOLDS((out != NULL) == (verdict == YX_OK));
    if (out != NULL) {
        HOLDS(is_content(out));
    }
    yx_report_free(report);
    return verdict;
}

static void signed_and_encrypted(void)
{
    yx_buffers *made = NULL;
    bytes message, other;
    IS(yx_cms_sign_and_encrypt(signer, bank_certificate.data, bank_certificate.length, CONTENT, &made),
       YX_OK);
    message = take(made);
    made = NULL;
    IS(opened(message), YX_OK);
    IS(yx_cms_decrypt(bank, message.data, message.length, 0, &made), YX_ERROR_FORM);
    HOLDS(made == NULL);
    message.data[message.length - 1] ^= 1;
    HOLDS(opened(message) != YX_OK);
    free(message.data);
    other = encrypt(YX_CMS_FORM_GM, YX_CMS_CIPHER_USUAL, 0);
    IS(opened(other), YX_ERROR_FORM);
    free(other.data);
}

static int32_t never(void *user_data, const uint8_t *const *messages, const size_t *lengths,
                     size_t count, uint8_t *const *signatures, size_t *signature_lengths)
{
    (void)user_data, (void)messages, (void)lengths, (void)count, (void)signatures;
    (void)signature_lengths;
    return 1;
}

static void a_device_does_not_decrypt(void)
{
    yx_signer *device = NULL;
    yx_buffers *made = NULL;
    bytes message = encrypt(YX_CMS_FORM_RFC, 0, 0);
    IS(yx_signer_from_callback(bank_certificate.data, bank_certificate.length, never, NULL, &device),
       YX_OK);
    IS(yx_cms_decrypt(device, message.data, message.length, 0, &made), YX_ERROR_SIGNER_FORM);
    IS(yx_cms_decrypt(NULL, message.data, message.length, 0, &made), YX_ERROR_NULL_POINTER);
    IS(yx_cms_decrypt(bank, NULL, 9, 0, &made), YX_ERROR_NULL_POINTER);
    IS(yx_cms_decrypt(bank, message.data, message.length, 0, NULL), YX_ERROR_NULL_POINTER);
    IS(yx_cms_decrypt_unauthenticated(bank, message.data, message.length, NULL), YX_ERROR_NULL_POINTER);
    HOLDS(made == NULL);
    yx_signer_free(device);
    free(message.data);
}

int main(int argc, char **argv)
{
    bytes pem;
    if (!set_up(argc, argv)) {
        return 2;
    }
    pem = read_file("second.pem");
    IS(yx_signer_from_pem(pem.data, pem.length, NULL, 0, NULL, 0, &second), YX_OK);
    free(pem.data);
    pem = read_file("bank.pem");
    IS(yx_signer_from_pem(pem.data, pem.length, NULL, 0, NULL, 0, &bank), YX_OK);
    free(pem.data);
    bank_certificate = read_file("bank.crt");
    signed_messages();
    bare_messages();
    encrypted_messages();
    signed_and_encrypted();
    a_device_does_not_decrypt();
    many(2); /* what was refused above left everything as it was */
    yx_signer_free(second);
    yx_signer_free(bank);
    free(bank_certificate.data);
    free_all();
    return failures == 0 ? 0 : 1;
}
