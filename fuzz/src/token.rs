//! A time stamp token: the library checks them and makes none, so the fuzz targets make their own.

use yinxin::Result;
use yinxin::asn1::reader::tag;
use yinxin::asn1::writer::{explicit, integer, octet_string, oid, sequence, set_of, tlv};
use yinxin::asn1::{oid as id, writer};
use yinxin::cert::Certificate;
use yinxin::crypto::sm3;
use yinxin::key::{Signer, ToSign};
use yinxin::time::Time;

/// A token over `value` at `time`, signed with SM2 and SM3 by the authority of this key.
pub fn make(
    value: &[u8],
    time: Time,
    key: &dyn Signer,
    certificate: &Certificate,
) -> Result<Vec<u8>> {
    let algorithm = sequence(&[&oid(&id::SM3)]);
    let imprint = sequence(&[&algorithm, &octet_string(&sm3::digest(value))]);
    let policy = oid(&id::GM_DATA); // any identifier will do
    let info =
        sequence(&[&integer(1), &policy, &imprint, &integer(1), &writer::generalized_time(time)]);

    let attribute = |kind, value: Vec<u8>| sequence(&[&oid(&kind), &set_of(vec![value])]);
    // ESSCertIDv2 { hashAlgorithm, certHash }, once in a list in the attribute.
    let named = sequence(&[&algorithm, &octet_string(&certificate.digest())]);
    let attributes = set_of(vec![
        attribute(id::ATTRIBUTE_CONTENT_TYPE, oid(&id::TST_INFO)),
        attribute(id::ATTRIBUTE_MESSAGE_DIGEST, octet_string(&sm3::digest(&info))),
        attribute(id::ATTRIBUTE_SIGNING_CERTIFICATE_V2, sequence(&[&sequence(&[&named])])),
    ]);
    let signature = key.sign(ToSign::Message(&attributes))?;
    let mut tagged = attributes;
    tagged[0] = tag::context(0);
    let serial = tlv(tag::INTEGER, &[certificate.serial()]);
    let signer = sequence(&[
        &integer(1),
        &sequence(&[certificate.issuer_der(), &serial]),
        &algorithm,
        &tagged,
        &sequence(&[&oid(&id::SM2_WITH_SM3)]),
        &octet_string(&signature),
    ]);
    let signed = sequence(&[
        &integer(3),
        &set_of(vec![algorithm]),
        &sequence(&[&oid(&id::TST_INFO), &explicit(0, &octet_string(&info))]),
        &tlv(tag::context(0), &[certificate.as_der()]),
        &set_of(vec![signer]),
    ]);
    Ok(sequence(&[&oid(&id::CMS_SIGNED_DATA), &explicit(0, &signed)]))
}
