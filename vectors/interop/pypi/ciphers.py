"""What Tongsuo and pyca/cryptography have in common."""

from answer import Cannot, Refused, equal


def modes(Cipher, SM4, modes):
    def judge(make, padding=False):
        def run(case):
            key, iv = case.octets("key"), case.octets("iv") if "iv" in case else b""
            if len(key) != 16 or (iv and len(iv) != 16) or ("iv" in case and not iv):
                raise Cannot("lengths are the caller's")

            def once(data, encrypting):
                cipher = Cipher(SM4(key), make(iv))
                worker = cipher.encryptor() if encrypting else cipher.decryptor()
                try:
                    return worker.update(data) + worker.finalize()
                except ValueError as error:
                    raise Refused(str(error))

            message, ct = case.octets("msg"), case.octets("ct")
            if padding:
                padded = once(ct, False)
                count = padded[-1] if padded else 0
                if not 1 <= count <= 16 or padded[-count:] != bytes([count]) * count or len(padded) % 16:
                    raise Cannot("the padding is the caller's")
                back, forth = padded[:-count], once(padded, True)
            else:
                back, forth = ct, message
                for _ in range(int(case.get("iterations", 1))):
                    back, forth = once(back, False), once(forth, True)
            verdict = equal(back, message)
            return verdict if verdict[0] != "accepted" else equal(forth, ct)

        return run

    return {
        "Sm4Ecb": judge(lambda iv: modes.ECB()),
        "Sm4CbcPkcs7": judge(modes.CBC, padding=True),
        "Sm4Ctr": judge(modes.CTR),
        "Sm4Cfb128": judge(modes.CFB),
        "Sm4Ofb": judge(modes.OFB),
    }
