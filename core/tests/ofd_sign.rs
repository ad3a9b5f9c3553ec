//! Signing and stamping documents: what is written, what is refused, and the two steps of a key that
//! is elsewhere.

#![cfg(feature = "ofd")]

mod ofd_write_common;
mod seal_common;

use ofd_write_common::{document, packed, part, parts, path, text};
use seal_common::party::{Party, end, signing_time, soon, time};
use yinxin::asn1::{Oid, Profile};
use yinxin::authority::Profile as Use;
use yinxin::cms::SignedData;
use yinxin::container::ofd::{Edge, Length, Package, SignatureFile, SignatureList, Straddle};
use yinxin::crypto::sm2::UserId;
use yinxin::crypto::sm3;
use yinxin::error::Code;
use yinxin::key::{Signer, SoftwareKey, ToSign};
use yinxin::report::{CheckCode, Verdict};
use yinxin::seal::{Seal, Stamp, Version};
use yinxin::signature::{
    OfdPlacement, OfdPosition, OfdRequest, OfdSigningRequest, SignedOfd, Verifier, prepare_ofd,
    sign_ofd, sign_ofd_many,
};
use yinxin::timestamp::TimestampAuthority;
use yinxin::{Error, Result};

const AT: fn() -> [OfdPlacement; 1] = || [at(1, 100, 200)];

fn at(page: usize, x: u16, y: u16) -> OfdPlacement {
    let (x, y) = (Length::from_millimetres(x), Length::from_millimetres(y));
    OfdPosition::Page { page, x, y }.into()
}

/// Signs the bytes of a package.
fn sign(before: &[u8], request: &OfdRequest<'_>, signer: &dyn Signer) -> Result<Vec<u8>> {
    let package = Package::open(&before, Profile::Conforming)?;
    sign_ofd(&package, request, signer, 2)?.to_bytes()
}

/// The description at this path, every digest in it held against the package.
fn description(package: &[u8], at: &str) -> SignatureFile {
    let at = path(at);
    let bytes = part(package, at.as_str());
    let (file, notes) = SignatureFile::parse(&bytes, &at, Profile::Conforming).unwrap();
    assert_eq!(notes, []);
    for reference in &file.references {
        let digest = sm3::digest(&part(package, reference.path.as_str()));
        assert_eq!(reference.check_value, digest, "{}", reference.path);
    }
    file
}

fn list(package: &[u8]) -> SignatureList {
    let at = path("Doc_0/Signs/Signatures.xml");
    let bytes = part(package, at.as_str());
    let (list, notes) = SignatureList::parse(&bytes, &at, Profile::Conforming).unwrap();
    assert_eq!(notes, []);
    list
}

fn names(package: &[u8]) -> Vec<String> {
    let package = Package::open(&package, Profile::Conforming).unwrap();
    package.parts().map(|entry| entry.path().to_string()).collect()
}

const NEW: [&str; 4] = [
    "/Doc_0/Signs/Signatures.xml",
    "/Doc_0/Signs/Sign_0/Seal.esl",
    "/Doc_0/Signs/Sign_0/Signature.xml",
    "/Doc_0/Signs/Sign_0/SignedValue.dat",
];

#[test]
fn a_stamp_of_each_version_protects_everything() {
    let party = Party::new();
    let verifier = Verifier::new(party.trust());
    let before = document(2);
    for version in [Version::V1, Version::V4, Version::V5] {
        let seal = party.seal(version);
        let placements = AT();
        let request = OfdRequest::stamp(&seal, &placements, signing_time());
        let after = sign(&before, &request, &party.signer).unwrap();
        assert_eq!(names(&after), [names(&before), NEW.map(String::from).to_vec()].concat());
        for name in names(&before).iter().filter(|name| *name != "/OFD.xml") {
            assert_eq!(part(&after, name), part(&before, name));
        }
        let list = list(&after);
        assert_eq!((list.max_id.as_deref(), list.signatures.len()), (Some("s002"), 1));
        assert_eq!(list.signatures[0].id, "s001");
        let file = description(&after, NEW[2]);
        let protected: Vec<&str> = file.references.iter().map(|r| r.path.as_str()).collect();
        let mut expected = names(&before);
        expected.push(NEW[1].to_owned());
        assert_eq!(protected, expected);
        assert_eq!(part(&after, NEW[1]), seal.as_bytes());
        assert_eq!(file.date_time.as_deref(), Some("20260601080000Z"));
        let [stamp] = &file.stamps[..] else { panic!("{:?}", file.stamps) };
        assert_eq!((stamp.id.as_str(), stamp.page.as_str()), ("s002", "10"));
        assert_eq!((stamp.boundary.as_str(), &stamp.clip), ("100 200 40 40", &None));
        let (value, xml) = (part(&after, NEW[3]), part(&after, NEW[2]));
        let report = verifier.verify_stamp(&value, &xml, Some(NEW[2]), &soon()).unwrap();
        assert!(report.is_valid(), "{}", report.to_text());
    }
}

#[test]
fn a_signature_without_a_seal_is_a_message_about_the_digest() {
    let party = Party::new();
    let after = sign(&document(1), &OfdRequest::sign(signing_time()), &party.signer).unwrap();
    assert!(!names(&after).contains(&NEW[1].to_owned()));
    let file = description(&after, NEW[2]);
    assert_eq!((file.seal, file.stamps.len()), (None, 0));
    let message = SignedData::parse(&part(&after, NEW[3]), Profile::Conforming).unwrap();
    let digest = sm3::digest(&part(&after, NEW[2]));
    assert_eq!(message.content(), Some(&digest[..]));
    let key = party.signer.public_key();
    let signer = &message.signers()[0];
    key.verify(party.signer.algorithm(), &UserId::default(), &digest, &signer.signature).unwrap();
}

#[test]
fn seven_pages_carry_a_straddle_seal_and_a_whole_one() {
    let party = Party::new();
    let seal = party.seal(Version::V4);
    let placements = [OfdPosition::Straddle(Straddle::new(Edge::Right)).into(), at(7, 20, 20)];
    let request = OfdRequest::stamp(&seal, &placements, signing_time());
    let after = sign(&document(7), &request, &party.signer).unwrap();
    let file = description(&after, NEW[2]);
    let clips: Vec<_> = file.stamps.iter().map(|stamp| stamp.clip.as_deref()).collect();
    assert_eq!(
        clips,
        [
            Some("0 0 5.714 40"),
            Some("5.714 0 5.715 40"),
            Some("11.429 0 5.714 40"),
            Some("17.143 0 5.714 40"),
            Some("22.857 0 5.714 40"),
            Some("28.571 0 5.715 40"),
            Some("34.286 0 5.714 40"),
            None
        ]
    );
    assert_eq!(file.stamps[0].boundary, "204.286 128.5 40 40");
    assert_eq!(file.stamps[6].boundary, "170 128.5 40 40");
    let ids: Vec<&str> = file.stamps.iter().map(|stamp| stamp.id.as_str()).collect();
    assert_eq!(ids, ["s002", "s003", "s004", "s005", "s006", "s007", "s008", "s009"]);
    assert_eq!(list(&after).max_id.as_deref(), Some("s009"));
}

#[test]
fn a_second_office_signs_behind_the_first_and_a_third_locks() {
    let party = Party::new();
    let seal = party.seal(Version::V4);
    let placements = AT();
    let request = OfdRequest::stamp(&seal, &placements, signing_time());
    let one = sign(&document(1), &request, &party.signer).unwrap();
    let two = sign(&one, &request, &party.signer).unwrap();
    let lock = OfdRequest::sign(signing_time()).locking();
    let three = sign(&two, &lock, &party.signer).unwrap();
    // Nothing but the list of signatures changes.
    assert_eq!(part(&two, "OFD.xml"), part(&one, "OFD.xml"));
    for name in names(&one).iter().filter(|name| *name != NEW[0]) {
        assert_eq!(part(&two, name), part(&one, name), "{name}");
        assert_eq!(part(&three, name), part(&one, name), "{name}");
    }
    let ids: Vec<_> = list(&three).signatures.into_iter().map(|signature| signature.id).collect();
    assert_eq!(ids, ["s001", "s003", "s005"]);
    for (bytes, sign) in [(&two, 1), (&three, 2)] {
        let file = description(bytes, &format!("/Doc_0/Signs/Sign_{sign}/Signature.xml"));
        let has = |name: &str| file.references.iter().any(|r| r.path.as_str() == name);
        assert!(NEW[1..].iter().all(|name| has(name)));
        assert_eq!(has(NEW[0]), sign == 2);
    }
    for request in [&request, &lock] {
        let error = sign(&three, request, &party.signer).unwrap_err();
        assert_eq!(error.code(), Code::Locked, "{error}");
        assert_eq!(error.family().name(), "Refused");
    }
}

#[test]
fn what_forbids_a_signature_is_named() {
    let party = Party::new();
    let seal = party.seal(Version::V4);
    let none = [];
    let request = OfdRequest::stamp(&seal, &none, signing_time());
    let code = |parts: &[(String, String)], request: &OfdRequest<'_>| {
        sign(&packed(parts), request, &party.signer).map_err(|error| error.code()).unwrap_err()
    };
    let with = |name: &str, text: &str| {
        let mut parts = parts(1);
        match parts.iter_mut().find(|(other, _)| other == name) {
            Some((_, old)) => *old = text.to_owned(),
            None => parts.push((name.to_owned(), text.to_owned())),
        }
        parts
    };
    // A list of parts that would no longer be complete.
    assert_eq!(code(&with("OFDEntries.xml", "<x/>"), &request), Code::Locked);
    // Files that no document names, where the list of signatures belongs.
    assert_eq!(code(&with("Doc_0/SIGNS/Signatures.xml", "<x/>"), &request), Code::Structure);
    // A list that is named and not there; a package without its root; no such document.
    let named = parts(1)[0]
        .1
        .replace("</ofd:DocBody>", "<ofd:Signatures>/S.xml</ofd:Signatures></ofd:DocBody>");
    assert_eq!(code(&with("OFD.xml", &named), &request), Code::Structure);
    assert_eq!(code(&parts(1)[1..], &request), Code::Structure);
    assert_eq!(code(&parts(1), &request.of_document(1)), Code::Argument);
    // Pictures: no such page, out of the page, of no size, without a seal.
    for placement in [at(0, 10, 10), at(2, 10, 10), at(1, 171, 10), at(1, 10, 258)] {
        let placements = [placement];
        let request = OfdRequest::stamp(&seal, &placements, signing_time());
        assert_eq!(code(&parts(1), &request), Code::Argument, "{placement:?}");
    }
    let zero = [OfdPlacement { size: Some((Length::ZERO, Length::ZERO)), ..at(1, 1, 1) }];
    assert_eq!(code(&parts(1), &OfdRequest::stamp(&seal, &zero, signing_time())), Code::Argument);
    let mut unsealed = OfdRequest::sign(signing_time());
    let placements = AT();
    unsealed.placements = &placements;
    assert_eq!(code(&parts(1), &unsealed), Code::Argument);
    // A straddle seal takes two pages.
    let straddle = [OfdPosition::Straddle(Straddle::new(Edge::Left)).into()];
    let request = OfdRequest::stamp(&seal, &straddle, signing_time());
    assert_eq!(code(&parts(1), &request), Code::Argument);
}

#[test]
fn who_may_not_sign_is_refused() {
    let party = Party::new();
    let seal = party.seal(Version::V4);
    let none = [];
    let before = document(1);
    let code = |request: &OfdRequest<'_>, signer: &dyn Signer| {
        sign(&before, request, signer).map_err(|error| error.code()).unwrap_err()
    };
    let stamp = OfdRequest::stamp(&seal, &none, signing_time());
    assert_eq!(code(&stamp, &party.maker), Code::NotListed);
    let late = time("2027-12-31T23:59:59.5Z");
    assert!(sign(&before, &OfdRequest::stamp(&seal, &none, late), &party.signer).is_ok());
    let late = time("2028-01-01T00:00:00Z");
    assert_eq!(code(&OfdRequest::stamp(&seal, &none, late), &party.signer), Code::SealUnusable);
    let late = time("2028-01-01T00:00:01Z");
    assert_eq!(code(&OfdRequest::sign(late), &party.signer), Code::Policy);
    let bare = SoftwareKey::generate_sm2().unwrap();
    assert_eq!(code(&OfdRequest::sign(signing_time()), &bare), Code::KeyMissing);
    let (tsa, _) = end(&party.root, "Time", Use::TimeStamp);
    assert_eq!(code(&OfdRequest::sign(signing_time()), &tsa), Code::Policy);
}

#[test]
fn time_stamps_go_into_stamps_and_messages() {
    let party = Party::new();
    let (key, _) = end(&party.root, "Time", Use::TimeStamp);
    let authority = TimestampAuthority::new(key, Oid::new("1.2.3.4.1")).unwrap();
    let (v4, v1) = (party.seal(Version::V4), party.seal(Version::V1));
    let none = [];
    let before = document(1);
    let slice = before.as_slice();
    let package = Package::open(&slice, Profile::Conforming).unwrap();
    let soon_after = time("2026-06-01T08:00:05Z");
    let stamped = |signed: SignedOfd<'_>| -> Result<Vec<u8>> {
        let request = signed.time_stamp_request()?;
        let token = authority.respond(request.as_der(), soon_after);
        let token = token.token_for(&request, Profile::Conforming)?;
        signed.with_time_stamp(&token)?.to_bytes()
    };
    let stamp = OfdRequest::stamp(&v4, &none, signing_time());
    let signed = sign_ofd(&package, &stamp, &party.signer, 1).unwrap();
    let other = signed.time_stamp_request().unwrap();
    let after = stamped(signed).unwrap();
    let value = Stamp::parse(&part(&after, NEW[3]), Profile::Conforming).unwrap();
    assert!(value.timestamp_token().is_some());
    description(&after, NEW[2]);

    let message = OfdRequest::sign(signing_time());
    let signed = sign_ofd(&package, &message, &party.signer, 1).unwrap();
    let after = stamped(signed).unwrap();
    let value = SignedData::parse(&part(&after, NEW[3]), Profile::Conforming).unwrap();
    assert_eq!(value.signers()[0].time_stamps().unwrap().len(), 1);

    // A token over another value; a stamp that has no place for one.
    let token = authority.respond(other.as_der(), soon_after);
    let token = token.token_for(&other, Profile::Conforming).unwrap();
    for request in [&stamp, &message] {
        let signed = sign_ofd(&package, request, &party.signer, 1).unwrap();
        let error = signed.with_time_stamp(&token).unwrap_err();
        assert_eq!(error.code(), Code::TimeStampMismatch);
    }
    let old = OfdRequest::stamp(&v1, &none, signing_time());
    let signed = sign_ofd(&package, &old, &party.signer, 1).unwrap();
    assert_eq!(stamped(signed).unwrap_err().code(), Code::Form);
}

/// What a device would do: r and s side by side over the digest.
fn device(signer: &SoftwareKey, request: &OfdSigningRequest) -> Vec<u8> {
    signer.sign(ToSign::Digest(&request.digest())).unwrap()
}

fn prepared(before: &[u8], request: &OfdRequest<'_>, party: &Party) -> Result<OfdSigningRequest> {
    let package = Package::open(&before, Profile::Conforming)?;
    let id = UserId::default();
    let request = prepare_ofd(&package, request, &party.signer_certificate, &id, 2)?;
    OfdSigningRequest::from_bytes(&request.to_bytes())
}

fn completed(before: &[u8], request: &OfdSigningRequest, signature: &[u8]) -> Result<Vec<u8>> {
    let package = Package::open(&before, Profile::Conforming)?;
    request.complete(&package, signature, 2)?.to_bytes()
}

#[test]
fn a_remote_key_makes_the_same_documents() {
    let party = Party::new();
    let verifier = Verifier::new(party.trust());
    let placements = AT();
    let before = document(2);
    for version in [Version::V1, Version::V4, Version::V5] {
        let seal = party.seal(version);
        let stamp = OfdRequest::stamp(&seal, &placements, signing_time());
        let request = prepared(&before, &stamp, &party).unwrap();
        let after = completed(&before, &request, &device(&party.signer, &request)).unwrap();
        let (value, xml) = (part(&after, NEW[3]), part(&after, NEW[2]));
        let report = verifier.verify_stamp(&value, &xml, Some(NEW[2]), &soon()).unwrap();
        assert!(report.is_valid(), "{}", report.to_text());
        // All but the value is what the key at hand makes.
        let local = sign(&before, &stamp, &party.signer).unwrap();
        for name in names(&after).iter().filter(|name| *name != NEW[3]) {
            assert_eq!(part(&after, name), part(&local, name), "{name}");
        }
    }
    let request = prepared(&before, &OfdRequest::sign(signing_time()).locking(), &party).unwrap();
    assert_eq!(request.to_be_signed().len(), 32);
    let after = completed(&before, &request, &device(&party.signer, &request)).unwrap();
    description(&after, NEW[2]);
    assert!(text(&after, NEW[2]).contains("/Doc_0/Signs/Signatures.xml"));
}

#[test]
fn a_request_completes_what_it_was_made_for_and_nothing_else() {
    let party = Party::new();
    let seal = party.seal(Version::V4);
    let placements = AT();
    let before = document(1);
    let stamp = OfdRequest::stamp(&seal, &placements, signing_time());
    let request = prepared(&before, &stamp, &party).unwrap();
    let good = device(&party.signer, &request);
    let code = |bytes: &[u8], signature: &[u8]| {
        completed(bytes, &request, signature).map_err(|error: Error| error.code()).unwrap_err()
    };
    // Bad signatures.
    let mut bent = good.clone();
    *bent.last_mut().unwrap() ^= 1;
    for signature in [&bent[..], &[], &good[..good.len() - 1], &device(&party.maker, &request)] {
        assert_eq!(code(&before, signature), Code::Signer);
    }
    // Another document: a part changed, added, taken away.
    let mut changed = parts(1);
    changed[3].1 = changed[3].1.replace('1', "2");
    let mut more = parts(1);
    more.push(("Doc_0/x.xml".to_owned(), "x".to_owned()));
    for other in [&changed[..], &more, &parts(1)[..2], &parts(2)] {
        assert_eq!(code(&packed(other), &good), Code::Changed);
    }
    // Completed once, or signed by somebody else meanwhile.
    let done = completed(&before, &request, &good).unwrap();
    assert_eq!(code(&done, &good), Code::Completed);
    let other = sign(&before, &OfdRequest::sign(signing_time()), &party.signer).unwrap();
    assert_eq!(code(&other, &good), Code::Changed);
    // The bytes of the request.
    let bytes = request.to_bytes();
    for length in 0..bytes.len() {
        assert!(OfdSigningRequest::from_bytes(&bytes[..length]).is_err());
    }
    let mut other = bytes.clone();
    let version = other.windows(3).position(|window| window == [2, 1, 1]).unwrap() + 2;
    other[version] = 2;
    assert_eq!(OfdSigningRequest::from_bytes(&other).unwrap_err().code(), Code::Version);
    // A request that was tampered with asks for another signature, or completes to nothing.
    let at = bytes.windows(7).position(|window| window == b"100 200").unwrap();
    let mut moved = bytes;
    moved[at] = b'0';
    let moved = OfdSigningRequest::from_bytes(&moved).unwrap();
    assert_ne!(moved.digest().0, request.digest().0);
    assert_eq!(completed(&before, &moved, &good).unwrap_err().code(), Code::Signer);
}

#[test]
fn many_are_signed_as_one_by_one() {
    let party = Party::new();
    let seal: Seal = party.seal(Version::V4);
    let documents: Vec<Vec<u8>> = (1..=9).map(document).collect();
    let slices: Vec<&[u8]> = documents.iter().map(Vec::as_slice).collect();
    let packages: Vec<Package<'_>> =
        slices.iter().map(|bytes| Package::open(bytes, Profile::Conforming).unwrap()).collect();
    let second_page = [at(2, 10, 10)];
    let items: Vec<(&Package<'_>, OfdRequest<'_>)> = packages
        .iter()
        .enumerate()
        .map(|(index, package)| match index % 3 {
            0 => (package, OfdRequest::sign(signing_time())),
            _ => (package, OfdRequest::stamp(&seal, &second_page, signing_time())),
        })
        .collect();
    for threads in [1, 4] {
        let results = sign_ofd_many(&items, &party.signer, threads);
        for (index, result) in results.iter().enumerate() {
            // Only the document of one page has no second one, and it is signed without a seal.
            let signed = result.as_ref().unwrap();
            let after = signed.to_bytes().unwrap();
            assert_eq!(
                names(&after).len(),
                names(&documents[index]).len() + 3 + usize::from(index % 3 != 0)
            );
            let file = description(&after, NEW[2]);
            assert_eq!(file.stamps.len(), usize::from(index % 3 != 0));
            assert_eq!(sm3::digest(&part(&after, NEW[2])), digest_of(signed.value()));
        }
    }
    // One bad one does not stop the others.
    let third_page = [at(3, 10, 10)];
    let items: Vec<(&Package<'_>, OfdRequest<'_>)> = packages
        .iter()
        .map(|package| (package, OfdRequest::stamp(&seal, &third_page, signing_time())))
        .collect();
    let results = sign_ofd_many(&items, &party.signer, 2);
    let good: Vec<bool> = results.iter().map(Result::is_ok).collect();
    assert_eq!(good, [false, false, true, true, true, true, true, true, true]);
    // A signer that may not stamp with the seal spoils each on its own.
    let results = sign_ofd_many(&items, &party.maker, 2);
    assert_eq!(results[0].as_ref().unwrap_err().code(), Code::Argument);
    assert_eq!(results[8].as_ref().unwrap_err().code(), Code::NotListed);
}

/// What a value is about.
fn digest_of(value: &[u8]) -> [u8; 32] {
    match Stamp::parse(value, Profile::Conforming) {
        Ok(stamp) => stamp.data_hash().try_into().unwrap(),
        Err(_) => {
            let message = SignedData::parse(value, Profile::Conforming).unwrap();
            message.content().unwrap().try_into().unwrap()
        }
    }
}

/// A document with parts about the border between those hashed together and those in pieces, many in
/// one go, and more large ones than go on side by side, packed and stored.
fn parts_of_every_size() -> Vec<(String, String)> {
    let letters = |size: usize| -> String {
        let number = |at: usize| (at as u32).wrapping_mul(2_654_435_761).wrapping_pow(3) >> 20;
        (0..size).map(|at| char::from(b'a' + (number(at) % 23) as u8)).collect()
    };
    let mut all = parts(1);
    for (number, size) in [0, 1, 63, 64, 131_071, 131_072, 131_073, 400_000].into_iter().enumerate()
    {
        all.push((format!("Doc_0/Res/{number}.bin"), letters(size)));
    }
    all.extend((0..40).map(|number| (format!("Doc_0/Res/s{number}"), "x".repeat(number * 1500))));
    // What packs to less than a hundredth is stored.
    all.extend(
        (0..10).map(|number| (format!("Doc_0/Res/r{number}"), "x".repeat(131_090 + number))),
    );
    let lengths = (0..10).map(|number| 131_073 + number * 9_973);
    all.extend(lengths.map(|size| (format!("Doc_0/Res/l{size}"), letters(size))));
    all
}

#[test]
fn parts_of_every_size_get_their_digest() {
    let party = Party::new();
    let verifier = Verifier::new(party.trust());
    let all = parts_of_every_size();
    let before = packed(&all);
    let mut signed = Vec::new();
    for threads in [1, 3] {
        let slice = before.as_slice();
        let package = Package::open(&slice, Profile::Conforming).unwrap();
        let deflated = |name: &str| package.part(&path(name)).unwrap().is_deflated();
        assert!(deflated("Doc_0/Res/l131073") && !deflated("Doc_0/Res/r9"));
        let request = OfdRequest::sign(signing_time());
        let done = sign_ofd(&package, &request, &party.signer, threads).unwrap();
        signed = done.to_bytes().unwrap();
        let file = description(&signed, NEW[2]);
        assert_eq!(file.references.len(), all.len());
        for (reference, (name, _)) in file.references.iter().zip(&all) {
            assert_eq!(reference.path.entry_name(), name);
            assert_eq!(reference.check_value, sm3::digest(&part(&signed, name)), "{name}");
        }
        let report = verifier.verify_ofd(&signed, &soon(), threads).unwrap();
        assert_eq!(report.verdict(), Verdict::Valid, "{}", report.to_text());
    }
    // A part that cannot be read is named, alone, whatever is read beside it.
    let names = ["Doc_0/Res/s3", "Doc_0/Res/s39", "Doc_0/Res/6.bin", "Doc_0/Res/r4"];
    for name in names.into_iter().chain(["Doc_0/Res/l131073", "Doc_0/Pages/Page_0/Content.xml"]) {
        let mut bent = signed.clone();
        let place = Package::open(&signed, Profile::Conforming)
            .map(|package| package.part(&path(name)).unwrap().extent())
            .unwrap();
        bent[(place.end - 3) as usize] ^= 0x55;
        for threads in [1, 3] {
            let report = verifier.verify_ofd(&bent, &soon(), threads).unwrap();
            assert_eq!(report.verdict(), Verdict::Invalid);
            let found = report.find(CheckCode::DocumentReferences).unwrap();
            let (detail, start) = (found.detail.to_string(), format!("/{name}: "));
            assert!(detail.starts_with(&start) && !detail.contains("; "), "{name}: {detail}");
        }
    }
}

#[test]
fn identifiers_go_on_as_the_document_counts() {
    let party = Party::new();
    let one = sign(&document(1), &OfdRequest::sign(signing_time()), &party.signer).unwrap();
    let list_xml = text(&one, NEW[0]);
    for (max, id, expected) in [
        ("7", "7", "8"),
        ("002", "002", "3"),
        ("s12", "s12", "s13"),
        ("S0099", "S0099", "S0100"),
        ("max", "x41", "s042"),
        ("s001", "s999", "s1000"),
    ] {
        let changed = list_xml.replace("<ofd:MaxSignId>s001<", &format!("<ofd:MaxSignId>{max}<"));
        let changed = changed.replace("ID=\"s001\"", &format!("ID=\"{id}\""));
        let parts: Vec<(String, Vec<u8>)> = names(&one)
            .into_iter()
            .map(|name| {
                let bytes =
                    if name == NEW[0] { changed.clone().into_bytes() } else { part(&one, &name) };
                (name, bytes)
            })
            .collect();
        let mut package = yinxin::container::ofd::NewPackage::new(signing_time());
        for (name, bytes) in parts {
            package.put(path(&name), bytes);
        }
        let mut before = Vec::new();
        package.write_to(&mut before).unwrap();
        let after = sign(&before, &OfdRequest::sign(signing_time()), &party.signer).unwrap();
        let list = list(&after);
        assert_eq!(list.signatures[1].id, expected, "after {max} and {id}");
        assert_eq!(list.max_id.as_deref(), Some(expected));
    }
}
