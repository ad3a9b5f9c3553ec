//! Reads and writes evidence and drafts.

use super::{ArchiveTimeStamp, Chain, Evidence, Material, digests};
use super::{
    FORMAT, MAX_ALL_MEMBERS, MAX_BYTES, MAX_DOCUMENTS, MAX_MEMBERS, MAX_TIME_STAMPS, STRUCTURE,
};
use crate::asn1::reader::tag;
use crate::asn1::{Oid, Profile, Reader, Tlv, writer};
use crate::cert::{Certificate, Crl, OcspResponse};
use crate::error::{Code, Error, Result};
use crate::timestamp::Token;
use crate::trust::SealStates;

/// An archive time stamp covers the documents, the signature, and one material for each.
const MAX_DIGESTS: usize = MAX_DOCUMENTS + 1 + MAX_TIME_STAMPS;

pub(super) fn read(bytes: &[u8]) -> Result<Evidence> {
    let mut fields = open(bytes, FORMAT, STRUCTURE)?;
    let materials = read_materials(&mut fields)?;
    let chains = read_chains(&fields.expect(tag::SEQUENCE)?)?;
    fields.finish()?;
    let count: usize = chains.iter().map(|chain| chain.time_stamps.len()).sum();
    if count != materials.len() || count == 0 {
        let message = "there is one material for each archive time stamp, and at least one";
        return Err(Error::new(Code::Structure, STRUCTURE, message));
    }
    Ok(Evidence { bytes: bytes.to_vec(), materials, chains })
}

pub(super) fn write(materials: &[Material], chains: &[Chain]) -> Vec<u8> {
    writer::sequence(&[&writer::utf8(FORMAT), &write_materials(materials), &write_chains(chains)])
}

/// The members of a structure that begins with the name of its format.
pub(super) fn open<'b>(
    bytes: &'b [u8],
    expected: &str,
    structure: &'static str,
) -> Result<Reader<'b>> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::new(Code::Size, structure, "larger than MAX_BYTES"));
    }
    let mut outer = Reader::new(bytes, structure);
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let format = fields.expect(tag::UTF8_STRING)?;
    if format.utf8()? != expected {
        return Err(Error::new(Code::Version, structure, format!("the format is not {expected}")));
    }
    Ok(fields)
}

pub(super) fn read_materials(fields: &mut Reader<'_>) -> Result<Vec<Material>> {
    let mut list = fields.sequence()?.named("Material");
    let (mut materials, mut members) = (Vec::new(), 0);
    while !list.is_empty() {
        // A draft has one more than it has time stamps.
        if materials.len() > MAX_TIME_STAMPS {
            return Err(Error::new(Code::Count, STRUCTURE, "more than MAX_TIME_STAMPS"));
        }
        let material = read_material(&list.expect(tag::SEQUENCE)?)?;
        members += material.len();
        if members > MAX_ALL_MEMBERS {
            return Err(Error::new(Code::Count, STRUCTURE, "more members than MAX_ALL_MEMBERS"));
        }
        materials.push(material);
    }
    Ok(materials)
}

pub(super) fn write_materials(materials: &[Material]) -> Vec<u8> {
    let all: Vec<Vec<u8>> = materials.iter().map(|material| material.der.clone()).collect();
    writer::sequence_of(&all)
}

fn read_material(material: &Tlv<'_>) -> Result<Material> {
    let mut fields = material.contents();
    let read = Material {
        der: material.raw.to_vec(),
        certificates: members(&mut fields, 0, Certificate::from_der)?,
        crls: members(&mut fields, 1, Crl::from_der)?,
        ocsp: members(&mut fields, 2, OcspResponse::from_der)?,
        seal_states: members(&mut fields, 3, SealStates::from_der)?,
    };
    fields.finish()?;
    Ok(read)
}

pub(super) fn write_material(material: &Material) -> Vec<u8> {
    let certificates = material.certificates.iter().map(|it| it.as_der());
    let crls = material.crls.iter().map(|it| it.as_der());
    let ocsp = material.ocsp.iter().map(|it| it.as_der());
    let seal_states = material.seal_states.iter().map(|it| it.as_der());
    writer::sequence(&[
        &writer::tlv(tag::context(0), &certificates.collect::<Vec<_>>()),
        &writer::tlv(tag::context(1), &crls.collect::<Vec<_>>()),
        &writer::tlv(tag::context(2), &ocsp.collect::<Vec<_>>()),
        &writer::tlv(tag::context(3), &seal_states.collect::<Vec<_>>()),
    ])
}

fn members<T>(
    fields: &mut Reader<'_>,
    number: u8,
    read: impl Fn(&[u8]) -> Result<T>,
) -> Result<Vec<T>> {
    let mut list = fields.expect(tag::context(number))?.contents();
    let mut found = Vec::new();
    while !list.is_empty() {
        if found.len() == MAX_MEMBERS {
            return Err(Error::new(Code::Count, STRUCTURE, "more members than MAX_MEMBERS"));
        }
        let at = list.offset();
        let member = list.expect(tag::SEQUENCE)?;
        found.push(read(member.raw).map_err(|error| error.shifted(at))?);
    }
    Ok(found)
}

pub(super) fn read_chains(sequence: &Tlv<'_>) -> Result<Vec<Chain>> {
    let mut list = sequence.contents().named("ArchiveTimeStampSequence");
    let (mut chains, mut count): (Vec<Chain>, usize) = (Vec::new(), 0);
    while !list.is_empty() {
        let chain = list.expect(tag::SEQUENCE)?;
        let mut members = chain.contents().named("ArchiveTimeStampChain");
        let mut time_stamps: Vec<ArchiveTimeStamp> = Vec::new();
        while !members.is_empty() {
            if count == MAX_TIME_STAMPS {
                return Err(Error::new(Code::Count, STRUCTURE, "more than MAX_TIME_STAMPS"));
            }
            let read = read_time_stamp(members.sequence()?.named("ArchiveTimeStamp"))?;
            if time_stamps.last().is_some_and(|before| before.hash != read.hash) {
                return Err(members.error("a chain has one hash function"));
            }
            time_stamps.push(read);
            count += 1;
        }
        if time_stamps.is_empty() {
            return Err(list.error("a chain has at least one archive time stamp"));
        }
        chains.push(Chain { der: chain.raw.to_vec(), time_stamps });
    }
    Ok(chains)
}

pub(super) fn write_chains(chains: &[Chain]) -> Vec<u8> {
    let all: Vec<Vec<u8>> = chains.iter().map(|chain| chain.der.clone()).collect();
    writer::sequence_of(&all)
}

impl Chain {
    /// The chain with one more archive time stamp at its end.
    pub(super) fn with(chain: Option<&Chain>, added: ArchiveTimeStamp) -> Chain {
        let mut time_stamps = chain.map(|chain| chain.time_stamps.clone()).unwrap_or_default();
        time_stamps.push(added);
        let all: Vec<Vec<u8>> = time_stamps.iter().map(write_time_stamp).collect();
        Chain { der: writer::sequence_of(&all), time_stamps }
    }
}

fn read_time_stamp(mut fields: Reader<'_>) -> Result<ArchiveTimeStamp> {
    let hash = read_hash(&fields.expect(tag::context(0))?)?;
    let mut tree = fields.expect(tag::context(2))?.contents();
    let digests = read_digests(&tree.expect(tag::SEQUENCE)?, &hash)?;
    tree.finish()?;
    let at = fields.offset();
    let token = fields.expect(tag::SEQUENCE)?;
    fields.finish()?;
    let token = Token::parse(token.raw, Profile::Conforming).map_err(|error| error.shifted(at))?;
    Ok(ArchiveTimeStamp { hash, digests, token })
}

fn write_time_stamp(time_stamp: &ArchiveTimeStamp) -> Vec<u8> {
    writer::sequence(&[
        &write_hash(tag::context(0), &time_stamp.hash),
        &writer::tlv(tag::context(2), &[&write_digests(&time_stamp.digests)]),
        time_stamp.token.as_der(),
    ])
}

/// An AlgorithmIdentifier without parameters, its tag replaced.
pub(super) fn read_hash(identifier: &Tlv<'_>) -> Result<Oid> {
    let mut fields = identifier.contents();
    let hash = fields.expect(tag::OID)?.oid()?;
    fields.finish()?;
    digests::length(&hash)?;
    Ok(hash)
}

pub(super) fn write_hash(tag: u8, hash: &Oid) -> Vec<u8> {
    writer::tlv(tag, &[&writer::oid(hash)])
}

pub(super) fn read_digests(list: &Tlv<'_>, hash: &Oid) -> Result<Vec<Vec<u8>>> {
    let length = digests::length(hash)?;
    let mut members = list.contents().named("PartialHashtree");
    let mut found: Vec<Vec<u8>> = Vec::new();
    while !members.is_empty() {
        if found.len() == MAX_DIGESTS {
            return Err(Error::new(Code::Count, STRUCTURE, "more digests than are read"));
        }
        let digest = members.expect(tag::OCTET_STRING)?;
        if digest.value.len() != length {
            return Err(digest.error(format!("a digest by {hash} has {length} bytes")));
        }
        if found.last().is_some_and(|last| last.as_slice() >= digest.value) {
            return Err(digest.error("the digests do not ascend"));
        }
        found.push(digest.value.to_vec());
    }
    // RFC 4998 stamps a single digest as it is, several as the digest of them all.
    if found.len() < 2 {
        return Err(list.error("two digests at least are due"));
    }
    Ok(found)
}

pub(super) fn write_digests(digests: &[Vec<u8>]) -> Vec<u8> {
    let all: Vec<Vec<u8>> = digests.iter().map(|digest| writer::octet_string(digest)).collect();
    writer::sequence_of(&all)
}
