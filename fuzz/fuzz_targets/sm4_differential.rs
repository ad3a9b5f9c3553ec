//! SM4 in every mode, with every backend, is what the `sm4` crate's block cipher makes of it.
#![no_main]
use libfuzzer_sys::fuzz_target;
use sm4::Sm4;
use sm4::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use yinxin::crypto::backend::Backend;
use yinxin::crypto::sm4::Sm4Key;
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("sm4_differential"), |data: &[u8]| {
    let Some((key, rest)) = data.split_first_chunk::<16>() else { return };
    let Some((iv, rest)) = rest.split_first_chunk::<16>() else { return };
    let Some((&parts, data)) = rest.split_first() else { return };
    let theirs = Theirs(Sm4::new(&Array::from(*key)));
    let (whole, _) = data.as_chunks::<16>();
    let ecb: Vec<u8> = whole.iter().flat_map(|block| theirs.encrypted(*block)).collect();
    let decrypted: Vec<u8> = whole.iter().flat_map(|block| theirs.decrypted(*block)).collect();
    let ctr = theirs.ctr(u128::from_be_bytes(*iv), u128::MAX, data);
    let cbc = theirs.cbc(iv, data);
    let nonce: &[u8; 12] = iv.first_chunk().expect("12 of 16 bytes");
    let counter = u128::from_be_bytes(*iv) >> 32 << 32 | 2;
    let gcm = theirs.ctr(counter, u128::from(u32::MAX), data);
    let messages: Vec<&[u8]> = data.chunks(usize::from(parts) + 1).collect();
    let many: Vec<Vec<u8>> = messages.iter().map(|message| theirs.cbc(iv, message)).collect();
    let items: Vec<(&[u8; 16], &[u8])> = messages.iter().map(|message| (iv, *message)).collect();
    let aad = messages.first().copied().unwrap_or_default();
    let mut tags = Vec::new();
    for backend in Backend::available() {
        backend.select().expect("an available backend");
        let ours = Sm4Key::new(key).expect("16 bytes");
        let bytes = whole.as_flattened();
        assert_eq!(ours.ecb_encrypt(bytes).expect("whole blocks"), ecb, "{backend:?}");
        assert_eq!(ours.ecb_decrypt(bytes).expect("whole blocks"), decrypted, "{backend:?}");
        assert_eq!(ours.ctr(iv, data), ctr, "{backend:?}");
        assert_eq!(ours.cbc_encrypt(iv, data), cbc, "{backend:?}");
        assert_eq!(ours.cbc_encrypt_many(&items, 1), many, "{backend:?}");
        assert_eq!(ours.cbc_decrypt(iv, &cbc).expect("good padding"), data, "{backend:?}");
        let (ciphertext, tag) = ours.gcm_encrypt(nonce, aad, data).expect("a short message");
        assert_eq!(ciphertext, gcm, "{backend:?}");
        assert_eq!(ours.gcm_decrypt(nonce, aad, &gcm, &tag).expect("its tag"), data);
        tags.push(tag);
    }
    assert!(tags.iter().all(|tag| *tag == tags[0]), "tags differ");
});

struct Theirs(Sm4);

impl Theirs {
    fn encrypted(&self, block: [u8; 16]) -> [u8; 16] {
        let mut block = Array::from(block);
        self.0.encrypt_block(&mut block);
        block.into()
    }

    fn decrypted(&self, block: [u8; 16]) -> [u8; 16] {
        let mut block = Array::from(block);
        self.0.decrypt_block(&mut block);
        block.into()
    }

    /// Counts in the bits of `counting` only.
    fn ctr(&self, first: u128, counting: u128, data: &[u8]) -> Vec<u8> {
        let counter = |i| first & !counting | first.wrapping_add(i) & counting;
        let stream = (0..).flat_map(|i| self.encrypted(counter(i).to_be_bytes()));
        data.iter().zip(stream).map(|(byte, mask)| byte ^ mask).collect()
    }

    fn cbc(&self, iv: &[u8; 16], data: &[u8]) -> Vec<u8> {
        let padding = 16 - data.len() % 16;
        let padded = [data, &vec![padding as u8; padding]].concat();
        let mut last = u128::from_be_bytes(*iv);
        let chain = padded.as_chunks().0.iter().flat_map(|block| {
            let block = self.encrypted((last ^ u128::from_be_bytes(*block)).to_be_bytes());
            last = u128::from_be_bytes(block);
            block
        });
        chain.collect()
    }
}
