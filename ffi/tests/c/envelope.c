/* Packets between two parties: sealed, opened, admitted once, answered, and what gives no message. */

#include "common.h"

static const char body[] = "pay 100.00 to the school";
#define BODY (const uint8_t *)body, sizeof body - 1
#define NAMED(text) text, sizeof text - 1

static yx_signer *teller, *bank;
static yx_mailbox *mailbox;
static yx_party *finance, *branch;
static bytes bank_certificate, teller_pem, signer_pem;

static bytes take(yx_buffers *made, size_t index)
{
    bytes item;
    IS(yx_buffers_get(made, index, NULL, 0, &item.length), YX_OK);
    item.data = (uint8_t *)malloc(item.length ? item.length : 1);
    IS(yx_buffers_get(made, index, item.data, item.length, &item.length), YX_OK);
    return item;
}

static int holds_text(bytes text, const char *what)
{
    size_t at, length = strlen(what);
    for (at = 0; at + length <= text.length; at++) {
        if (memcmp(text.data + at, what, length) == 0) {
            return 1;
        }
    }
    return 0;
}

static bytes seal_one(uint64_t sequence)
{
    yx_buffers *made = NULL;
    bytes packet;
    IS(yx_packet_seal(signer, bank_certificate.data, bank_certificate.length, NAMED("voucher"),
                      NAMED("2026/pay"), sequence, now, BODY, &made), YX_OK);
    packet = take(made, 0);
    yx_buffers_free(made);
    return packet;
}

/* The status; a message has to come if it is YX_OK, and only then. */
static int opened(bytes packet, const yx_party *from, yx_message **message)
{
    yx_report *report = NULL;
    int status = yx_packet_open(verifier, mailbox, &from, 1, packet.data, packet.length, now + 60,
                                YX_NO_TIME, message, &report);
    HOLDS((report != NULL) == (status < 100));
    yx_report_free(report);
    return status;
}

static void a_packet(void)
{
    char text[512];
    size_t length = 0, end;
    yx_message *message = NULL, *none = NULL;
    yx_buffers *parts = NULL;
    bytes packet = seal_one(1), part, cut;

    IS(yx_packet_describe(packet.data, packet.length, text, sizeof text, &length), YX_OK);
    HOLDS(strstr(text, "\"conversation\":\"2026/pay\"") != NULL);
    IS(opened(packet, finance, &message), YX_OK);
    IS(yx_message_describe(message, text, sizeof text, &length), YX_OK);
    HOLDS(strstr(text, "\"sender\":\"finance\"") != NULL && strstr(text, "\"sequence\":1") != NULL);
    IS(yx_message_describe(message, text, 5, &length), YX_ERROR_BUFFER_TOO_SMALL);
    IS(yx_message_parts(message, &parts), YX_OK);
    part = take(parts, YX_MESSAGE_BODY);
    HOLDS(part.length == sizeof body - 1 && memcmp(part.data, body, part.length) == 0);
    free(part.data);
    part = take(parts, YX_MESSAGE_SALT);
    IS(part.length, 32);
    free(part.data);
    part = take(parts, YX_MESSAGE_SIGNED);
    HOLDS(part.length > 100);
    free(part.data);
    IS(yx_buffers_get(parts, 3, NULL, 0, &length), YX_ERROR_ARGUMENT);
    yx_buffers_free(parts);

    /* From somebody else, cut, changed, for others. */
    IS(opened(packet, branch, &none), YX_VERDICT_INVALID);
    cut = packet;
    for (end = 0; end < packet.length; end += 41) {
        cut.length = end;
        HOLDS(opened(cut, finance, &none) >= 100);
    }
    packet.data[packet.length - 1] ^= 1;
    IS(opened(packet, finance, &none), YX_ERROR_DECRYPTION);
    HOLDS(none == NULL);
    yx_message_free(message);
    IS(yx_message_parts(message, &parts), YX_ERROR_HANDLE);
    free(packet.data);
}

static uint32_t admitted(yx_replay *replay, uint64_t sequence)
{
    yx_message *message = NULL;
    uint32_t admission = 0;
    bytes packet = seal_one(sequence);
    IS(opened(packet, finance, &message), YX_OK);
    IS(yx_replay_admit(replay, message, &admission), YX_OK);
    yx_message_free(message);
    free(packet.data);
    return admission;
}

static void once(void)
{
    yx_replay *replay = NULL;
    yx_message *message = NULL;
    yx_buffers *made = NULL;
    yx_report *report = NULL;
    uint32_t admission = 0;
    uint8_t digest[32];
    bytes packet, receipt, said;

    IS(yx_replay_new(&replay), YX_OK);
    IS(admitted(replay, 1), YX_ADMISSION_NEW);
    IS(admitted(replay, 4), YX_ADMISSION_AHEAD);
    IS(admitted(replay, 4), YX_ADMISSION_CONFLICT);
    IS(admitted(replay, 9999), YX_ADMISSION_BEYOND);
    packet = seal_one(2);
    IS(opened(packet, finance, &message), YX_OK);
    IS(yx_replay_admit(replay, message, &admission), YX_OK);
    IS(admission, YX_ADMISSION_LATE);
    IS(yx_replay_admit(replay, message, &admission), YX_OK);
    IS(admission, YX_ADMISSION_REPEATED);
    IS(yx_replay_admit(replay, message, NULL), YX_ERROR_NULL_POINTER);
    IS(yx_replay_admit(NULL, message, &admission), YX_ERROR_NULL_POINTER);

    IS(yx_receipt_sign(teller, message, replay, now + 60, &made), YX_OK);
    receipt = take(made, 0);
    yx_buffers_free(made);
    made = NULL;
    IS(yx_receipt_packet(receipt.data, receipt.length, digest), YX_OK);
#define CHECK(party, of) \
    yx_receipt_check(verifier, party, of.data, of.length, receipt.data, receipt.length, now + 90, \
                     YX_NO_TIME, &made, &report)
    IS(CHECK(branch, packet), YX_OK);
    yx_report_free(report);
    said = take(made, 0);
    HOLDS(holds_text(said, "\"missing\":[[3,3]]") && holds_text(said, "\"received\":true"));
    free(said.data);
    yx_buffers_free(made);
    made = NULL;
    IS(CHECK(finance, packet), YX_VERDICT_INVALID);
    yx_report_free(report);
    said = seal_one(2);
    IS(CHECK(branch, said), YX_VERDICT_INVALID);
    yx_report_free(report);
    HOLDS(made == NULL);
    free(said.data);
    free(receipt.data);

    IS(yx_receipt_sign_refusal(teller, packet.data, packet.length, 607, NAMED("no"), now + 60, &made),
       YX_OK);
    receipt = take(made, 0);
    yx_buffers_free(made);
    made = NULL;
    IS(CHECK(branch, packet), YX_OK);
    yx_report_free(report);
    said = take(made, 0);
    HOLDS(holds_text(said, "\"code\":607") && holds_text(said, "\"received\":false"));
    free(said.data);
    yx_buffers_free(made);
    made = NULL;
    IS(yx_receipt_sign_refusal(teller, packet.data, packet.length, 0, NAMED("no"), now + 60, &made),
       YX_ERROR_ARGUMENT);
    HOLDS(made == NULL);
    free(receipt.data);
    free(packet.data);
    yx_message_free(message);
    yx_replay_free(replay);
}

static void many_packets(void)
{
    enum { COUNT = 5 };
    const uint8_t *bodies[COUNT], *packets[COUNT + 1];
    size_t lengths[COUNT], packet_lengths[COUNT + 1], i;
    yx_buffers *made = NULL;
    yx_messages *messages = NULL;
    yx_reports *reports = NULL;
    const yx_party *from[2];
    bytes kept[COUNT];
    for (i = 0; i < COUNT; i++) {
        bodies[i] = (const uint8_t *)body;
        lengths[i] = i;
    }
    IS(yx_packet_seal_many(signer, bank_certificate.data, bank_certificate.length, NAMED("voucher"),
                           NAMED("2026/many"), 1, now, bodies, lengths, COUNT, 2, &made), YX_OK);
    for (i = 0; i < COUNT; i++) {
        kept[i] = take(made, i);
        packets[i] = kept[i].data;
        packet_lengths[i] = kept[i].length;
    }
    packets[COUNT] = (const uint8_t *)body;
    packet_lengths[COUNT] = 9;
    from[0] = branch;
    from[1] = finance;
    IS(yx_packet_open_many(verifier, mailbox, from, 2, packets, packet_lengths, COUNT + 1, now + 60,
                           YX_NO_TIME, 2, &messages, &reports), YX_OK);
    for (i = 0; i <= COUNT; i++) {
        yx_message *message = NULL;
        yx_report *report = NULL;
        if (i < COUNT) {
            IS(yx_messages_get(messages, i, &message), YX_OK);
            IS(yx_reports_get(reports, i, &report), YX_OK);
        } else {
            IS(yx_messages_get(messages, i, &message), YX_ERROR_DER);
            IS(yx_reports_get(reports, i, &report), YX_ERROR_DER);
            IS(yx_messages_get(messages, i + 1, &message), YX_ERROR_ARGUMENT);
        }
        yx_message_free(message);
        yx_report_free(report);
    }
    for (i = 0; i < COUNT; i++) {
        free(kept[i].data);
    }
    yx_messages_free(messages);
    yx_reports_free(reports);
    yx_buffers_free(made);
}

static void mistakes(void)
{
    const yx_signer *keys[1];
    const yx_party *nobody[1];
    yx_mailbox *box = NULL;
    yx_buffers *made = NULL;
    yx_message *message = NULL;
    yx_report *report = NULL;
    bytes packet = seal_one(1);
#define SEAL(conversation, sequence) \
    yx_packet_seal(signer, bank_certificate.data, bank_certificate.length, NAMED("voucher"), \
                   NAMED(conversation), sequence, now, BODY, &made)
    IS(SEAL("a b", 1), YX_ERROR_ARGUMENT);
    IS(SEAL("", 1), YX_ERROR_ARGUMENT);
    IS(SEAL("a", 0), YX_ERROR_ARGUMENT);
    IS(yx_packet_seal(signer, signer_pem.data, 9, NAMED("k"), NAMED("c"), 1, now, BODY, &made) >= 100, 1);
    keys[0] = teller;
    IS(yx_mailbox_new(NAMED("bank"), keys, 1, &box), YX_ERROR_POLICY);
    keys[0] = NULL;
    IS(yx_mailbox_new(NAMED("bank"), keys, 1, &box), YX_ERROR_NULL_POINTER);
    IS(yx_mailbox_new(NAMED("bank"), NULL, 1, &box), YX_ERROR_NULL_POINTER);
    IS(yx_mailbox_new(NAMED("bank"), NULL, 0, &box), YX_OK);
    nobody[0] = NULL;
#define OPEN(box, parties, count) \
    yx_packet_open(verifier, box, parties, count, packet.data, packet.length, now, YX_NO_TIME, \
                   &message, &report)
    IS(OPEN(box, &nobody[0], 0), YX_ERROR_NOT_RECIPIENT);
    IS(OPEN(mailbox, nobody, 1), YX_ERROR_NULL_POINTER);
    IS(OPEN(NULL, nobody, 0), YX_ERROR_NULL_POINTER);
    HOLDS(message == NULL && report == NULL && made == NULL);
    IS(OPEN(mailbox, nobody, 0), YX_VERDICT_INVALID);
    yx_report_free(report);
    HOLDS(message == NULL);
    yx_mailbox_free(box);
    yx_mailbox_free(NULL);
    yx_party_free(NULL);
    yx_replay_free(NULL);
    yx_message_free(NULL);
    yx_messages_free(NULL);
    free(packet.data);
}

int main(int argc, char **argv)
{
    bytes pem;
    const yx_signer *keys[1];
    if (!set_up(argc, argv)) {
        return 2;
    }
    teller_pem = read_file("second.pem");
    signer_pem = read_file("signer.pem");
    IS(yx_signer_from_pem(teller_pem.data, teller_pem.length, NULL, 0, NULL, 0, &teller), YX_OK);
    pem = read_file("bank.pem");
    IS(yx_signer_from_pem(pem.data, pem.length, NULL, 0, NULL, 0, &bank), YX_OK);
    free(pem.data);
    bank_certificate = read_file("bank.crt");
    keys[0] = bank;
    IS(yx_mailbox_new(NAMED("bank"), keys, 1, &mailbox), YX_OK);
    IS(yx_party_new(NAMED("finance"), signer_pem.data, signer_pem.length, 0, &finance), YX_OK);
    IS(yx_party_new(NAMED("branch"), teller_pem.data, teller_pem.length, 1, &branch), YX_OK);
    a_packet();
    once();
    many_packets();
    mistakes();
    many(2); /* what was refused above left everything as it was */
    yx_mailbox_free(mailbox);
    yx_party_free(finance);
    yx_party_free(branch);
    yx_signer_free(teller);
    yx_signer_free(bank);
    free(bank_certificate.data);
    free(teller_pem.data);
    free(signer_pem.data);
    free_all();
    return failures == 0 ? 0 : 1;
}
