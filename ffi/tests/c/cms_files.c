/* Messages in files: made and taken apart again, and nothing left behind by what is refused. */

#include "common.h"
#include <dirent.h>

static yx_signer *second, *bank;
static bytes bank_certificate;
static const uint8_t key[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

/* A path in the folder, and its length: one of eight places, so that a call can take several. */
static const char *at(const char *name)
{
    static char paths[8][4096];
    static size_t next = 0;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

#define PATH(name) at(name), strlen(at(name))

static size_t names(void)
{
    size_t count = 0;
    DIR *entries = opendir(folder);
    HOLDS(entries != NULL);
    while (entries != NULL && readdir(entries) != NULL) {
        count++;
    }
    closedir(entries);
    return count;
}

static void write_file(const char *name, const uint8_t *data, size_t length)
{
    FILE *file = fopen(at(name), "wb");
    HOLDS(file != NULL && fwrite(data, 1, length, file) == length);
    fclose(file);
}

static void bend(const char *name, size_t from_end)
{
    bytes message = read_file(name);
    message.data[message.length - from_end] ^= 1;
    write_file("bent", message.data, message.length);
    free(message.data);
}

static int same(const char *name)
{
    bytes one = read_file(name), content = read_file("content");
    int same = one.length == content.length && memcmp(one.data, content.data, one.length) == 0;
    free(one.data);
    free(content.data);
    IS(remove(at(name)), 0);
    return same;
}

static int verified(const char *message, const char *beside)
{
    yx_report *report = NULL;
    int verdict = yx_cms_verify_file(verifier, PATH(message), beside == NULL ? NULL : at(beside),
                                     beside == NULL ? 0 : strlen(at(beside)), now + 3600, YX_NO_TIME,
                                     PATH("out"), 0, &report);
    HOLDS((report != NULL) == (verdict < 100));
    yx_report_free(report);
    return verdict;
}

static int sign(size_t count, uint32_t form, uint32_t flags)
{
    const yx_signer *signers[2];
    signers[0] = signer;
    signers[1] = second;
    return yx_cms_sign_file(signers, count, PATH("content"), form, flags, now, NULL, NULL, 0,
                            PATH("signed"));
}

static void signed_files(void)
{
    uint32_t form;
    yx_report *report = NULL;
    yx_buffers *text = NULL;
    char shown[4096];
    size_t length = 0, before;
    for (form = YX_CMS_FORM_GM; form <= YX_CMS_FORM_RFC; form++) {
        IS(sign(2, form, YX_FILE_REPLACE), YX_OK);
        IS(sign(1, form, 0), YX_ERROR_EXISTS);
        IS(verified("signed", NULL), YX_OK);
        IS(verified("signed", NULL), YX_ERROR_EXISTS);
        HOLDS(same("out"));
        IS(verified("signed", "content"), YX_ERROR_STRUCTURE);
        bend("signed", 1);
        before = names();
        HOLDS(verified("bent", NULL) != YX_OK);
        IS(names(), before);
        IS(sign(1, form, YX_CMS_DETACHED | YX_FILE_REPLACE), YX_OK);
        IS(verified("signed", NULL), YX_ERROR_ARGUMENT);
        IS(verified("signed", "content"), YX_OK);
        HOLDS(same("out"));
        IS(verified("signed", "signed"), YX_VERDICT_INVALID);
        IS(names(), before);
    }
    IS(yx_cms_verify_file(verifier, PATH("signed"), PATH("content"), now, YX_NO_TIME, NULL, 0, 0, &report),
       YX_OK);
    yx_report_free(report);
    report = NULL;
    IS(yx_cms_describe_file(PATH("signed"), YX_PROFILE_CONFORMING, &text), YX_OK);
    IS(yx_buffers_get(text, 0, (uint8_t *)shown, sizeof shown - 1, &length), YX_OK);
    shown[length] = 0;
    HOLDS(strstr(shown, "RFC 5652") != NULL && strstr(shown, "\"contentBytes\":null") != NULL);
    yx_buffers_free(text);
    /* What is in memory and what is in a file is the same message. */
    {
        bytes message = read_file("signed"), content = read_file("content");
        IS(yx_cms_verify(verifier, message.data, message.length, content.data, content.length, now,
                         YX_NO_TIME, NULL, &report), YX_OK);
        yx_report_free(report);
        free(message.data);
        free(content.data);
    }
    IS(sign(1, YX_CMS_FORM_GM, YX_CMS_BARE | YX_FILE_REPLACE), YX_ERROR_ARGUMENT);
    IS(sign(0, YX_CMS_FORM_GM, YX_FILE_REPLACE), YX_ERROR_ARGUMENT);
    IS(remove(at("signed")), 0);
}

static void encrypted_files(void)
{
    uint32_t cipher;
    size_t before = 0;
#define ENCRYPT(form, cipher, flags)                                                              \
    yx_cms_encrypt_file(bank_certificate.data, bank_certificate.length, PATH("content"), form, cipher, \
                        flags, PATH("secret"))
    for (cipher = YX_CMS_CIPHER_USUAL; cipher <= YX_CMS_CIPHER_AES_256_GCM; cipher++) {
        IS(ENCRYPT(YX_CMS_FORM_RFC, cipher, YX_FILE_REPLACE | (cipher & YX_CMS_BY_KEY_ID)), YX_OK);
        IS(yx_cms_decrypt_file(bank, PATH("secret"), 0, PATH("out")), YX_OK);
        IS(yx_cms_decrypt_file(bank, PATH("secret"), 0, PATH("out")), YX_ERROR_EXISTS);
        IS(yx_cms_decrypt_file(bank, PATH("secret"), YX_FILE_REPLACE, PATH("out")), YX_OK);
        HOLDS(same("out"));
        bend("secret", 1);
        before = names();
        IS(yx_cms_decrypt_file(bank, PATH("bent"), 0, PATH("out")), YX_ERROR_DECRYPTION);
        bend("secret", 100000);
        IS(yx_cms_decrypt_file(bank, PATH("bent"), 0, PATH("out")), YX_ERROR_DECRYPTION);
        IS(yx_cms_decrypt_file(signer, PATH("secret"), 0, PATH("out")), YX_ERROR_NOT_RECIPIENT);
        IS(yx_cms_decrypt_file_unauthenticated(bank, PATH("secret"), 0, PATH("out")), YX_ERROR_FORM);
        IS(yx_cms_decrypt_file(bank, PATH("secret"), 2, PATH("out")), YX_ERROR_ARGUMENT);
        IS(names(), before);
    }
    IS(ENCRYPT(YX_CMS_FORM_GM, YX_CMS_CIPHER_USUAL, 0), YX_ERROR_EXISTS);
    IS(ENCRYPT(YX_CMS_FORM_GM, YX_CMS_CIPHER_SM4_GCM, YX_FILE_REPLACE), YX_ERROR_ARGUMENT);
    IS(ENCRYPT(YX_CMS_FORM_GM, YX_CMS_CIPHER_USUAL, YX_FILE_REPLACE), YX_OK);
    IS(yx_cms_decrypt_file(bank, PATH("secret"), 0, PATH("out")), YX_ERROR_POLICY);
    IS(names(), before);
    IS(yx_cms_decrypt_file_unauthenticated(bank, PATH("secret"), 0, PATH("out")), YX_OK);
    HOLDS(same("out"));
    IS(remove(at("secret")), 0);
}

static void under_a_key_that_both_have(void)
{
    uint32_t form;
    for (form = YX_CMS_FORM_GM; form <= YX_CMS_FORM_RFC; form++) {
        yx_buffers *made = NULL;
        bytes message;
        size_t length = 0;
        uint8_t out[8];
        IS(yx_cms_encrypt_file_with_key(key, 16, PATH("content"), form, YX_FILE_REPLACE, PATH("secret")),
           YX_OK);
        IS(yx_cms_decrypt_file_with_key_unauthenticated(key, 16, PATH("secret"), 0, PATH("out")), YX_OK);
        HOLDS(same("out"));
        IS(yx_cms_decrypt_file_with_key_unauthenticated(key, 15, PATH("secret"), 0, PATH("out")),
           YX_ERROR_ARGUMENT);
        IS(yx_cms_decrypt_file(bank, PATH("secret"), 0, PATH("out")), YX_ERROR_FORM);
        IS(yx_cms_encrypt_with_key(key, 16, (const uint8_t *)"content", 7, form, &made), YX_OK);
        IS(yx_buffers_get(made, 0, NULL, 0, &length), YX_OK);
        message.length = length;
        message.data = (uint8_t *)malloc(length);
        IS(yx_buffers_get(made, 0, message.data, length, &length), YX_OK);
        yx_buffers_free(made);
        made = NULL;
        IS(yx_cms_decrypt_with_key_unauthenticated(key, 16, message.data, message.length, &made), YX_OK);
        IS(yx_buffers_get(made, 0, out, sizeof out, &length), YX_OK);
        HOLDS(length == 7 && memcmp(out, "content", 7) == 0);
        yx_buffers_free(made);
        made = NULL;
        IS(yx_cms_decrypt_with_key_unauthenticated(key, 17, message.data, message.length, &made),
           YX_ERROR_ARGUMENT);
        IS(yx_cms_decrypt_unauthenticated(bank, message.data, message.length, &made), YX_ERROR_FORM);
        IS(yx_cms_decrypt(bank, message.data, message.length, 0, &made), YX_ERROR_FORM);
        HOLDS(yx_cms_decrypt_with_key_unauthenticated(key, 16, message.data, message.length - 1, &made) >=
              100);
        HOLDS(made == NULL);
        free(message.data);
    }
    IS(yx_cms_encrypt_file_with_key(key, 24, PATH("content"), YX_CMS_FORM_GM, YX_FILE_REPLACE,
                                    PATH("secret")), YX_ERROR_ARGUMENT);
    IS(remove(at("secret")), 0);
}

static int opened(const char *name)
{
    yx_report *report = NULL;
    int verdict = yx_cms_decrypt_signed_file(bank, verifier, PATH(name), now + 60, YX_NO_TIME, 0,
                                             PATH("out"), &report);
    HOLDS((report != NULL) == (verdict < 100));
    yx_report_free(report);
    return verdict;
}

static void signed_and_encrypted(void)
{
    uint32_t form;
    yx_buffers *made = NULL;
    size_t length = 0, before;
    bytes content = read_file("content"), message;
    IS(yx_cms_sign_and_encrypt(signer, bank_certificate.data, bank_certificate.length, content.data,
                               content.length, &made), YX_OK);
    IS(yx_buffers_get(made, 0, NULL, 0, &length), YX_OK);
    message.data = (uint8_t *)malloc(length);
    IS(yx_buffers_get(made, 0, message.data, length, &message.length), YX_OK);
    yx_buffers_free(made);
    write_file("both", message.data, message.length);
    IS(opened("both"), YX_OK);
    HOLDS(same("out"));
    bend("both", 1);
    before = names();
    HOLDS(opened("bent") != YX_OK);
    IS(names(), before);
    free(message.data);
    free(content.data);

    /* Signed first, and the signed message encrypted. */
    IS(sign(1, YX_CMS_FORM_RFC, 0), YX_OK);
    for (form = YX_CMS_FORM_GM; form <= YX_CMS_FORM_RFC; form++) {
        IS(yx_cms_encrypt_file(bank_certificate.data, bank_certificate.length, PATH("signed"), form,
                               YX_CMS_CIPHER_USUAL, YX_FILE_REPLACE, PATH("both")), YX_OK);
        IS(opened("both"), YX_OK);
        HOLDS(same("out"));
        IS(yx_cms_encrypt_file(bank_certificate.data, bank_certificate.length, PATH("content"), form,
                               YX_CMS_CIPHER_USUAL, YX_FILE_REPLACE, PATH("both")), YX_OK);
        before = names();
        HOLDS(opened("both") >= 100);
        if (form == YX_CMS_FORM_GM) {
            IS(opened("both"), YX_ERROR_DECRYPTION);
        }
        IS(names(), before);
    }
    IS(remove(at("both")), 0);
    IS(remove(at("signed")), 0);
}

static int sign_to(const char *content, size_t content_length, const char *out, size_t out_length)
{
    const yx_signer *signers[1];
    signers[0] = signer;
    return yx_cms_sign_file(signers, 1, content, content_length, YX_CMS_FORM_GM, 0, now, NULL, NULL, 0, out,
                            out_length);
}

static void paths_that_are_none(void)
{
    size_t before = names();
    IS(sign_to(PATH("absent"), PATH("signed")), YX_ERROR_READ);
    IS(sign_to(folder, strlen(folder), PATH("signed")), YX_ERROR_READ);
    IS(sign_to(PATH("content"), PATH("absent/signed")), YX_ERROR_WRITE);
    IS(sign_to(PATH("content"), PATH("content")), YX_ERROR_EXISTS);
    IS(sign_to(PATH("content"), NULL, 0), YX_ERROR_ARGUMENT);
    IS(sign_to(NULL, 4, PATH("signed")), YX_ERROR_NULL_POINTER);
    IS(sign_to("a\0b", 3, PATH("signed")), YX_ERROR_ARGUMENT);
    IS(yx_cms_decrypt_file(signer, PATH("content"), 0, PATH("out")) >= 100, 1);
    IS(yx_cms_decrypt_file(NULL, PATH("content"), 0, PATH("out")), YX_ERROR_NULL_POINTER);
    IS(yx_cms_describe_file(PATH("content"), YX_PROFILE_CONFORMING, NULL), YX_ERROR_NULL_POINTER);
    IS(names(), before);
}

int main(int argc, char **argv)
{
    bytes pem;
    size_t i;
    uint8_t *content = (uint8_t *)malloc(3000001);
    if (!set_up(argc, argv)) {
        return 2;
    }
    for (i = 0; i < 3000001; i++) {
        content[i] = (uint8_t)(i * 2654435761u >> 13);
    }
    write_file("content", content, 3000001);
    free(content);
    pem = read_file("second.pem");
    IS(yx_signer_from_pem(pem.data, pem.length, NULL, 0, NULL, 0, &second), YX_OK);
    free(pem.data);
    pem = read_file("bank.pem");
    IS(yx_signer_from_pem(pem.data, pem.length, NULL, 0, NULL, 0, &bank), YX_OK);
    free(pem.data);
    bank_certificate = read_file("bank.crt");
    remove(at("bent"));
    remove(at("out"));
    signed_files();
    encrypted_files();
    under_a_key_that_both_have();
    signed_and_encrypted();
    paths_that_are_none();
    remove(at("bent"));
    remove(at("content"));
    many(2); /* what was refused above left everything as it was */
    yx_signer_free(second);
    yx_signer_free(bank);
    free(bank_certificate.data);
    free_all();
    return failures == 0 ? 0 : 1;
}
