/* OFD documents: made, stamped, verified and taken apart, and what is refused on the way. */

#include "common.h"

static const char description[] =
    "{\"format\":\"yinxin:ofd:1\",\"id\":\"0123456789abcdef0123456789abcdef\",\"created\":\"2026-03-02\","
    "\"blocks\":[{\"text\":\"A letter\"},{\"newPage\":true},{\"text\":\"Its second page\"}],"
    "\"attachments\":[{\"name\":\"list.xml\"}]}";
static const char places[] = "{\"places\":[{\"page\":1,\"x\":100,\"y\":200,\"width\":40,\"height\":40},"
                             "{\"straddle\":\"right\",\"margin\":0}]}";
static const char one_place[] = "{\"places\":[{\"everyPage\":true,\"x\":100,\"y\":200}]}";
static const char locked[] = "{\"lock\":true}";

/* The item of what a call made. */
static bytes copy(yx_buffers *made, size_t index)
{
    bytes item;
    IS(yx_buffers_get(made, index, NULL, 0, &item.length), YX_OK);
    item.data = (uint8_t *)malloc(item.length ? item.length : 1);
    IS(yx_buffers_get(made, index, item.data, item.length, &item.length), YX_OK);
    return item;
}

static bytes take(yx_buffers *made)
{
    bytes item = copy(made, 0);
    yx_buffers_free(made);
    return item;
}

static int verified(bytes document)
{
    yx_report *report = NULL;
    int verdict = yx_ofd_verify(verifier, document.data, document.length, now + 3600, YX_NO_TIME, &report);
    if (verdict < 100) {
        yx_report_free(report);
    } else {
        HOLDS(report == NULL);
    }
    return verdict;
}

static bytes sign(const yx_seal *with, bytes document, const char *options)
{
    yx_buffers *made = NULL;
    IS(yx_ofd_sign(signer, with, document.data, document.length, (const uint8_t *)options,
                   options == NULL ? 0 : strlen(options), now, &made), YX_OK);
    return take(made);
}

static bytes make(void)
{
    const uint8_t *names[1], *data[1];
    size_t name_lengths[1], data_lengths[1];
    yx_buffers *made = NULL;
    names[0] = (const uint8_t *)"list.xml";
    name_lengths[0] = 8;
    data[0] = (const uint8_t *)"<list/>";
    data_lengths[0] = 7;
    IS(yx_ofd_make((const uint8_t *)description, strlen(description), names, name_lengths, data,
                   data_lengths, 1, &made), YX_OK);
    return take(made);
}

static void a_document(void)
{
    bytes document = make(), stamped = sign(seal, document, places), closed, cut;
    yx_buffers *made = NULL;

    IS(verified(stamped), YX_OK);
    closed = sign(NULL, stamped, locked);
    IS(verified(closed), YX_OK);
    HOLDS(yx_ofd_sign(signer, seal, closed.data, closed.length, NULL, 0, now, &made) >= 600);
    HOLDS(verified(document) == YX_VERDICT_INVALID || verified(document) == YX_VERDICT_NOT_DETERMINED);

    /* No piece of a document is taken for one. */
    cut = closed;
    for (cut.length = 0; cut.length < closed.length; cut.length += 97) {
        HOLDS(verified(cut) != YX_OK);
        HOLDS(yx_ofd_sign(signer, seal, cut.data, cut.length, NULL, 0, now, &made) != YX_OK);
    }
    IS(yx_ofd_make((const uint8_t *)description, strlen(description), NULL, NULL, NULL, NULL, 0, &made),
       YX_ERROR_VALUE);
    IS(yx_ofd_make((const uint8_t *)description, 9, NULL, NULL, NULL, NULL, 0, &made), YX_ERROR_JSON);
    IS(yx_ofd_make((const uint8_t *)description, 9, NULL, NULL, NULL, NULL, 0, NULL),
       YX_ERROR_NULL_POINTER);
    IS(yx_ofd_sign(signer, (yx_seal *)signer, document.data, document.length, NULL, 0, now, &made),
       YX_ERROR_HANDLE);
    IS(yx_ofd_sign(signer, seal, document.data, document.length, (const uint8_t *)"{", 1, now, &made),
       YX_ERROR_JSON);
    HOLDS(made == NULL);
    free(document.data);
    free(stamped.data);
    free(closed.data);
}

static void a_sheet(void)
{
    yx_buffers *made = NULL;
    yx_report *report = NULL;
    bytes sheet, stamped, back;

    IS(yx_ofd_make_sheet(voucher.data, voucher.length, "2026-03-02", 10, &made), YX_OK);
    sheet = take(made);
    stamped = sign(seal, sheet, one_place);
    IS(verified(stamped), YX_OK);
    IS(yx_ofd_read_sheet(stamped.data, stamped.length, &made, &report), YX_OK);
    back = take(made);
    HOLDS(back.length == voucher.length && memcmp(back.data, voucher.data, back.length) == 0);
    yx_report_free(report);
    made = NULL;
    IS(yx_ofd_make_sheet(voucher.data, voucher.length, "2026-02-30", 10, &made), YX_ERROR_ARGUMENT);
    HOLDS(yx_ofd_make_sheet(voucher.data, voucher.length / 2, "2026-03-02", 10, &made) >= 100);
    HOLDS(made == NULL);
    free(sheet.data);
    free(stamped.data);
    free(back.data);
}

int main(int argc, char **argv)
{
    if (!set_up(argc, argv)) {
        return 2;
    }
    a_document();
    a_sheet();
    many(2); /* what was refused above left everything as it was */
    free_all();
    return failures == 0 ? 0 : 1;
}
