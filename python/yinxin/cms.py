"""Messages (GB/T 35275, RFC 5652): sign, encrypt, decrypt and show.

`Verifier.verify_message` verifies what was signed. Encryption says nothing about who made a message: sign
first, and encrypt the signed message. What `decrypt_unauthenticated` gives, anybody may have changed.
"""

from ._yinxin import cms_add_signer as add_signer
from ._yinxin import cms_countersign as countersign
from ._yinxin import cms_decrypt as decrypt
from ._yinxin import cms_decrypt_unauthenticated as decrypt_unauthenticated
from ._yinxin import cms_encrypt as encrypt
from ._yinxin import cms_inspect as inspect
from ._yinxin import cms_sign as sign
from ._yinxin import cms_sign_and_encrypt as sign_and_encrypt

__all__ = [
    "add_signer",
    "countersign",
    "decrypt",
    "decrypt_unauthenticated",
    "encrypt",
    "inspect",
    "sign",
    "sign_and_encrypt",
]
