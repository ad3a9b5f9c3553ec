/* A finance bureau and a bank, each with a store: from a draft to the acceptance, by packets. */

#include "common.h"

typedef struct {
    yx_store *store;
    yx_signer *signing, *encryption;
    yx_mailbox *mailbox;
} office;

static yx_verifier *town;
static office finance, treasury_bank;
static int64_t at;

static const char *path_of(const char *name)
{
    static char paths[8][4096];
    static size_t next = 0;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

#define PATH(name) path_of(name), strlen(path_of(name))
#define TEXT(file) (const char *)(file).data, (file).length

/* The items of buffers as one text with a NUL; the caller frees it. */
static char *text(yx_buffers *made, size_t index)
{
    size_t length = 0;
    char *all;
    IS(yx_buffers_get(made, index, NULL, 0, &length), YX_OK);
    all = (char *)malloc(length + 1);
    IS(yx_buffers_get(made, index, (uint8_t *)all, length, &length), YX_OK);
    all[length] = 0;
    return all;
}

/* Whether the item says this; the buffers are freed. */
static int says(yx_buffers *made, const char *what)
{
    char *all = text(made, 0);
    int found = strstr(all, what) != NULL;
    if (!found) {
        fprintf(stderr, "no %s in %s\n", what, all);
    }
    free(all);
    yx_buffers_free(made);
    return found;
}

static yx_signer *key(const char *name)
{
    bytes pem = read_file(name);
    yx_signer *made = NULL;
    IS(yx_signer_from_pem(pem.data, pem.length, NULL, 0, NULL, 0, &made), YX_OK);
    free(pem.data);
    return made;
}

static int opened(office *one, const char *role, const char *org, int create)
{
    char name[64];
    bytes office_json, roles_json;
    const yx_signer *keys[1];
    int status;
    snprintf(name, sizeof name, "%s-office.json", role);
    office_json = read_file(name);
    snprintf(name, sizeof name, "%s-roles.json", role);
    roles_json = read_file(name);
    snprintf(name, sizeof name, "%s.yxstore", role);
    status = create
        ? yx_store_create(PATH(name), role, strlen(role), org, strlen(org), TEXT(office_json),
                          TEXT(roles_json), town, at, &one->store)
        : yx_store_open(PATH(name), TEXT(office_json), TEXT(roles_json), town, &one->store);
    if (status != YX_OK && status != YX_ERROR_EXISTS) {
        char message[512];
        size_t length;
        IS(yx_last_error_message(message, sizeof message, &length), YX_OK);
        fprintf(stderr, "%s\n", message);
    }
    if (create && status == YX_OK) {
        snprintf(name, sizeof name, "%s-signing.pem", role);
        one->signing = key(name);
        snprintf(name, sizeof name, "%s-encryption.pem", role);
        one->encryption = key(name);
        keys[0] = one->encryption;
        IS(yx_mailbox_new(org, strlen(org), keys, 1, &one->mailbox), YX_OK);
        IS(yx_store_set_office_json(one->store, TEXT(office_json), TEXT(roles_json)), YX_OK);
        IS(yx_store_set_office_json(one->store, "{", 1, TEXT(roles_json)), YX_ERROR_JSON);
    }
    free(office_json.data);
    free(roles_json.data);
    return status;
}

/* The order in a file, with the voucher in another one. */
static int move(office *one, const char *order, const char *with, const char *what)
{
    bytes json = read_file(order), envelope = {NULL, 0};
    yx_buffers *made = NULL;
    int status;
    if (with != NULL) {
        envelope = read_file(with);
    }
    status = yx_store_move(one->store, TEXT(json), envelope.data, envelope.length, at, &made);
    HOLDS((made != NULL) == (status == YX_OK));
    if (made != NULL) {
        HOLDS(says(made, what));
    }
    free(json.data);
    free(envelope.data);
    return status;
}

static const char number_1[] = "{\"voucher\":{\"admDivCode\":\"990000\",\"stYear\":\"2026\",\"vtCode\":\"5201\","
                               "\"voucherNo\":\"%s\"}}";
static char key_1[512], keys_all[2048], ids[1024];

/* The numbers of the vouchers, from what the store lists. */
static void read_numbers(void)
{
    yx_buffers *made = NULL;
    char *list, *from;
    char all[3][64];
    size_t count = 0;
    IS(yx_store_list(finance.store, "{\"state\":\"draft\"}", 17, 0, 100, &made), YX_OK);
    list = text(made, 0);
    yx_buffers_free(made);
    for (from = list; count < 3 && (from = strstr(from, "\"voucherNo\":\"")) != NULL; count++) {
        from += 13;
        snprintf(all[count], sizeof all[0], "%.*s", (int)(strchr(from, '"') - from), from);
    }
    IS(count, 3);
    snprintf(key_1, sizeof key_1, number_1, all[0]);
    snprintf(keys_all, sizeof keys_all, "[");
    snprintf(ids, sizeof ids, "[");
    for (count = 0; count < 3; count++) {
        size_t end = strlen(keys_all), id_end = strlen(ids);
        snprintf(keys_all + end, sizeof keys_all - end, number_1, all[count]);
        strcat(keys_all, count < 2 ? "," : "]");
        snprintf(ids + id_end, sizeof ids - id_end,
                 "{\"admDivCode\":\"990000\",\"stYear\":\"2026\",\"vtCode\":\"5201\",\"voucherNo\":\"%s\"}%s",
                 all[count], count < 2 ? "," : "]");
    }
    free(list);
}

static void drafts(void)
{
    char order[64], file[64];
    bytes json, envelope;
    yx_buffers *made = NULL;
    const uint8_t *orders[3], *vouchers[3];
    size_t lengths[3], voucher_lengths[3], i, length;

    IS(move(&finance, "stranger.json", "town-1.xml", ""), YX_ERROR_ROLE_MISSING);
    IS(move(&finance, "create-1.json", NULL, ""), YX_ERROR_ARGUMENT);
    IS(move(&finance, "create-1.json", "town-2.xml", "") >= 100, 1);
    IS(move(&finance, "send-1.json", NULL, "") >= 100, 1);
    IS(move(&finance, "create-1.json", "town-1.xml", "\"repeated\":false"), YX_OK);
    IS(move(&finance, "create-1.json", "town-1.xml", "\"repeated\":true"), YX_OK);

    /* The others together, the stranger's between them. */
    for (i = 0; i < 3; i++) {
        snprintf(order, sizeof order, i == 1 ? "stranger.json" : "create-%d.json", i == 0 ? 2 : 3);
        snprintf(file, sizeof file, "town-%d.xml", i == 0 ? 2 : i == 1 ? 1 : 3);
        json = read_file(order);
        envelope = read_file(file);
        orders[i] = json.data;
        lengths[i] = json.length;
        vouchers[i] = envelope.data;
        voucher_lengths[i] = envelope.length;
    }
    IS(yx_store_move_many(finance.store, orders, lengths, vouchers, voucher_lengths, 3, at, 2, &made), YX_OK);
    IS(yx_buffers_get(made, 0, NULL, 0, &length), YX_OK);
    IS(yx_buffers_get(made, 1, NULL, 0, &length), YX_ERROR_ROLE_MISSING);
    IS(yx_buffers_get(made, 2, NULL, 0, &length), YX_OK);
    IS(yx_buffers_get(made, 3, NULL, 0, &length), YX_ERROR_ARGUMENT);
    yx_buffers_free(made);
    made = NULL;
    IS(yx_store_move_many(finance.store, orders, lengths, NULL, NULL, 3, at, 0, &made), YX_ERROR_ARGUMENT);
    IS(yx_store_move_many(finance.store, orders, NULL, NULL, NULL, 3, at, 1, &made), YX_ERROR_NULL_POINTER);
    HOLDS(made == NULL);
    for (i = 0; i < 3; i++) {
        free((void *)orders[i]);
        free((void *)vouchers[i]);
    }
    read_numbers();
}

static void act_by(const char *position, const char *name)
{
    char file[64], terms[128];
    yx_signer *hand;
    yx_seal *stamp = NULL;
    yx_buffers *made = NULL;
    size_t i, length;
    snprintf(file, sizeof file, "%s.pem", position);
    hand = key(file);
    if (strcmp(name, "act") == 0) {
        bytes esl;
        snprintf(file, sizeof file, "%s.esl", position);
        esl = read_file(file);
        IS(yx_seal_parse(esl.data, esl.length, YX_PROFILE_CONFORMING, &stamp), YX_OK);
        free(esl.data);
    }
    snprintf(terms, sizeof terms, "{\"move\":\"%s\",\"position\":\"%s\"}", name, position);
    IS(yx_store_act(finance.store, keys_all, strlen(keys_all), terms, strlen(terms), stamp, hand, at, 2,
                    &made), YX_OK);
    for (i = 0; i < 3; i++) {
        IS(yx_buffers_get(made, i, NULL, 0, &length), YX_OK);
    }
    IS(yx_buffers_get(made, 3, NULL, 0, &length), YX_ERROR_ARGUMENT);
    yx_buffers_free(made);
    yx_seal_free(stamp);
    yx_signer_free(hand);
}

static void sealed(void)
{
    yx_buffers *made = NULL;
    yx_report *report = NULL;
    bytes original;
    char *description;
    act_by("cz_jb", "make");
    act_by("cz_fh", "review");
    act_by("cz_gkzf", "act");
    act_by("cz_fzr", "act");
    IS(yx_store_voucher(finance.store, key_1, strlen(key_1), &made), YX_OK);
    description = text(made, 0);
    HOLDS(strstr(description, "\"original\":{\"acts\":4},\"receipt\":null") != NULL);
    free(description);
    IS(yx_buffers_get(made, 2, NULL, 0, &original.length), YX_OK);
    IS(original.length, 0);
    original.data = (uint8_t *)text(made, 1);
    IS(yx_buffers_get(made, 1, NULL, 0, &original.length), YX_OK);
    yx_buffers_free(made);
    made = NULL;
    IS(yx_voucher_verify(town, original.data, original.length, at, YX_NO_TIME, &report), YX_OK);
    yx_report_free(report);
    free(original.data);
    IS(yx_store_act(finance.store, keys_all, strlen(keys_all), "{\"move\":\"send\",\"position\":\"x\"}", 30, NULL,
                    finance.signing, at, 1, &made), YX_ERROR_ARGUMENT);
    IS(yx_store_voucher(finance.store, "{}", 2, &made), YX_ERROR_JSON);
    HOLDS(made == NULL);
}

/* Carries all that waits from one to the other, and the receipts back; how many packets. */
static size_t exchange(office *from, office *to)
{
    yx_buffers *told = NULL, *packets = NULL, *said = NULL, *receipts = NULL, *answers = NULL;
    const uint8_t *items[8], *back[8];
    size_t lengths[8], back_lengths[8], count, i;
    char *all;
    IS(yx_store_pack(from->store, from->signing, at, 8, 2, &told, &packets), YX_OK);
    HOLDS(says(told, "\"stuck\":[]"));
    yx_buffers_free(packets);
    told = packets = NULL;
    /* What was packed waits until it is answered. */
    IS(yx_store_unanswered(from->store, 0, 8, &told, &packets), YX_OK);
    for (count = 0; yx_buffers_get(packets, count, NULL, 0, &lengths[count < 8 ? count : 7]) == YX_OK; count++) {
        items[count] = (uint8_t *)text(packets, count);
    }
    yx_buffers_free(told);
    yx_buffers_free(packets);
    if (count == 0) {
        return 0;
    }
    IS(yx_store_import(to->store, items, lengths, count, to->mailbox, NULL, at, 2, &said, NULL), YX_OK);
    all = text(said, 0);
    HOLDS(strstr(all, "\"admission\":\"New\"") != NULL && strstr(all, "\"refused\":null") != NULL);
    free(all);
    yx_buffers_free(said);
    said = NULL;
    /* They come again, and get the same answer. */
    IS(yx_store_import(to->store, items, lengths, count, to->mailbox, to->signing, at, 2, &said, &receipts),
       YX_OK);
    HOLDS(says(said, "\"admission\":\"Repeated\""));
    for (i = 0; i < count; i++) {
        IS(yx_buffers_get(receipts, i, NULL, 0, &back_lengths[i]), YX_OK);
        HOLDS(back_lengths[i] > 0);
        back[i] = (uint8_t *)text(receipts, i);
    }
    yx_buffers_free(receipts);
    IS(yx_store_answered(from->store, back, back_lengths, count, at, 2, &answers), YX_OK);
    HOLDS(says(answers, "\"received\":true"));
    answers = NULL;
    IS(yx_store_answered(from->store, back, back_lengths, count, at, 2, &answers), YX_OK);
    HOLDS(says(answers, "\"repeated\":true"));
    /* A packet that was bent is nobody's, and a receipt that is none is refused alone. */
    said = answers = NULL;
    ((uint8_t *)items[0])[lengths[0] - 1] ^= 1;
    IS(yx_store_import(to->store, items, lengths, 1, to->mailbox, NULL, at, 1, &said, NULL), YX_OK);
    HOLDS(yx_buffers_get(said, 0, NULL, 0, &lengths[0]) >= 100);
    yx_buffers_free(said);
    IS(yx_store_answered(from->store, items, back_lengths, 1, at, 1, &answers), YX_OK);
    HOLDS(yx_buffers_get(answers, 0, NULL, 0, &lengths[0]) >= 100);
    yx_buffers_free(answers);
    for (i = 0; i < count; i++) {
        free((void *)items[i]);
        free((void *)back[i]);
    }
    return count;
}

static void exchanged(void)
{
    char order[64];
    int i;
    yx_buffers *made = NULL;
    for (i = 1; i <= 3; i++) {
        snprintf(order, sizeof order, "send-%d.json", i);
        IS(move(&finance, order, NULL, "\"repeated\":false"), YX_OK);
    }
    IS(exchange(&finance, &treasury_bank), 3);
    IS(yx_store_read(treasury_bank.store, 10, &made), YX_OK);
    HOLDS(says(made, "\"state\":\"delivered\""));
    made = NULL;
    for (i = 1; i <= 3; i++) {
        snprintf(order, sizeof order, "accept-%d.json", i);
        IS(move(&treasury_bank, order, NULL, "\"state\":\"accepted\""), YX_OK);
    }
    HOLDS(exchange(&treasury_bank, &finance) >= 3);
    IS(exchange(&finance, &treasury_bank), 0);
    IS(yx_store_status(finance.store, ids, strlen(ids), &made), YX_OK);
    HOLDS(says(made, "[{\"status\":3,\"meaning\":\"original: acknowledged\"},{\"status\":3"));
    made = NULL;
    IS(yx_store_history(finance.store, key_1, strlen(key_1), &made), YX_OK);
    HOLDS(says(made, "\"operation\":\"accepted\""));
    made = NULL;
    IS(yx_store_quota(finance.store, NULL, 0, 10, &made), YX_OK);
    HOLDS(says(made, "["));
}

static int report_says(yx_report *report, const char *what)
{
    char all[65536];
    size_t length = 0;
    IS(yx_report_json(report, all, sizeof all, &length), YX_OK);
    yx_report_free(report);
    return strstr(all, what) != NULL;
}

static void audited(void)
{
    bytes signing = read_file("finance-signing.pem");
    yx_buffers *made = NULL;
    char *id;
    char expected[33];
    size_t length = 0;
    uint8_t checkpoint[4096], digest[32] = {0};
    yx_store *old = finance.store;
    yx_report *report = NULL;

    IS(yx_store_checkpoint(finance.store, at, &made), YX_ERROR_KEY_MISSING);
    IS(yx_store_set_checkpoints(finance.store, finance.signing, 1000, 3600), YX_OK);
    IS(yx_store_checkpoint(finance.store, at, &made), YX_OK);
    IS(yx_buffers_get(made, 0, checkpoint, sizeof checkpoint, &length), YX_OK);
    HOLDS(length > 0);
    yx_buffers_free(made);
    made = NULL;
    IS(yx_store_audit(finance.store, signing.data, signing.length, checkpoint, length, at, 2, &report), YX_OK);
    HOLDS(report_says(report, "audit.seals"));
    report = NULL;
    IS(yx_store_audit(finance.store, signing.data, signing.length, NULL, 0, at, 1, &report),
       YX_VERDICT_NOT_DETERMINED);
    yx_report_free(report);
    report = NULL;
    HOLDS(yx_store_audit(finance.store, NULL, 0, checkpoint, length, at, 1, &report) != YX_OK);
    yx_report_free(report);
    report = NULL;
    IS(yx_store_audit(finance.store, NULL, 0, digest, 32, at, 1, &report) >= 100, 1);
    IS(yx_store_audit(finance.store, NULL, 0, NULL, 0, at, 0, &report), YX_ERROR_ARGUMENT);
    HOLDS(report == NULL);
    IS(yx_store_export(finance.store, NULL, 0, PATH("log.export"), 0, &made), YX_OK);
    HOLDS(says(made, "\"checkpoints\":1,\"uncovered\":0}"));
    made = NULL;
    IS(yx_store_export(finance.store, checkpoint, length, PATH("log.export"), 0, &made), YX_ERROR_EXISTS);
    IS(yx_store_export(finance.store, checkpoint, length, PATH("log.export"), YX_FILE_REPLACE, &made), YX_OK);
    HOLDS(says(made, "{\"entries\":0,"));
    made = NULL;
    IS(yx_store_export(finance.store, digest, 32, PATH("log.export"), 1, &made), YX_ERROR_ARGUMENT);
    IS(yx_store_attachment(finance.store, digest, 31, &made), YX_ERROR_VALUE);
    IS(yx_store_attachment(finance.store, digest, 32, &made), YX_OK);
    IS(yx_buffers_get(made, 0, NULL, 0, &length), YX_ERROR_ARGUMENT);
    yx_buffers_free(made);
    made = NULL;

    IS(yx_store_identity(finance.store, &made), YX_OK);
    id = text(made, 0);
    HOLDS(strstr(id, "\"role\":\"finance\",\"org\":\"011\"") != NULL);
    snprintf(expected, sizeof expected, "%s", strstr(id, "\"id\":\"") + 6);
    free(id);
    yx_buffers_free(made);
    made = NULL;
    IS(yx_store_backup(finance.store, PATH("copy.yxstore")), YX_OK);
    IS(yx_store_backup(finance.store, PATH("copy.yxstore")), YX_ERROR_EXISTS);
    IS(yx_store_restore(PATH("copy.yxstore"), PATH("back.yxstore"), "00000000000000000000000000000000", 32),
       YX_ERROR_OTHER_STORE);
    IS(yx_store_restore(PATH("copy.yxstore"), PATH("back.yxstore"), "0", 1), YX_ERROR_VALUE);
    IS(yx_store_restore(PATH("copy.yxstore"), PATH("back.yxstore"), expected, 32), YX_OK);

    yx_store_close(finance.store);
    IS(yx_store_read(old, 1, &made), YX_ERROR_HANDLE);
    IS(yx_store_read(NULL, 1, &made), YX_ERROR_NULL_POINTER);
    IS(opened(&finance, "finance", "011", 1), YX_ERROR_EXISTS);
    IS(opened(&finance, "finance", "011", 0), YX_OK);
    IS(yx_store_status(finance.store, ids, strlen(ids), &made), YX_OK);
    HOLDS(says(made, "[{\"status\":3,"));
    made = NULL;
    IS(yx_store_list(finance.store, "{\"state\":\"lost\"}", 16, 0, 1, &made), YX_ERROR_JSON);
    IS(yx_store_open(PATH("absent"), "{", 1, "{", 1, town, &old), YX_ERROR_JSON);
    HOLDS(made == NULL);
    free(signing.data);
}

static void set_up_town(void)
{
    bytes anchor = read_file("town.pem"), crl = read_file("town.crl");
    bytes json = read_file("town-authorisation.json"), time = read_file("time");
    char digits[32];
    snprintf(digits, sizeof digits, "%.*s", (int)time.length, (const char *)time.data);
    at = strtoll(digits, NULL, 10);
    IS(yx_verifier_new(&town), YX_OK);
    IS(yx_verifier_add_anchor(town, anchor.data, anchor.length), YX_OK);
    IS(yx_verifier_add_crl(town, crl.data, crl.length), YX_OK);
    IS(yx_verifier_set_authorisation_json(town, TEXT(json)), YX_OK);
    free(anchor.data);
    free(crl.data);
    free(json.data);
    free(time.data);
}

static void close_office(office *one)
{
    yx_store_close(one->store);
    yx_mailbox_free(one->mailbox);
    yx_signer_free(one->signing);
    yx_signer_free(one->encryption);
}

int main(int argc, char **argv)
{
    if (!set_up(argc, argv)) {
        return 2;
    }
    remove(path_of("finance.yxstore"));
    remove(path_of("bank.yxstore"));
    remove(path_of("copy.yxstore"));
    remove(path_of("back.yxstore"));
    remove(path_of("log.export"));
    set_up_town();
    IS(opened(&finance, "finance", "011", 1), YX_OK);
    IS(opened(&treasury_bank, "bank", "102", 1), YX_OK);
    drafts();
    sealed();
    exchanged();
    audited();
    many(2); /* what was refused above left everything as it was */
    close_office(&finance);
    close_office(&treasury_bank);
    yx_verifier_free(town);
    free_all();
    return failures == 0 ? 0 : 1;
}
