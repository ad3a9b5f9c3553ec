"""Messages (GB/T 35275, RFC 5652): sign, encrypt, decrypt and show.

`Verifier.verify_message` verifies what was signed. Encryption says nothing about who made a message: sign
first, and encrypt the signed message. What a function `_unauthenticated` gives, anybody may have changed.

Functions `_file` take paths and files of any length, in memory that stays the same; what they make is there
when it is whole and proven, or not at all. `Verifier.verify_message_file` and
`Verifier.decrypt_signed_message_file` verify such files.
"""

from ._yinxin import cms_add_signer as add_signer
from ._yinxin import cms_countersign as countersign
from ._yinxin import cms_decrypt as decrypt
from ._yinxin import cms_decrypt_file as decrypt_file
from ._yinxin import cms_decrypt_file_unauthenticated as decrypt_file_unauthenticated
from ._yinxin import cms_decrypt_file_with_key_unauthenticated as decrypt_file_with_key_unauthenticated
from ._yinxin import cms_decrypt_unauthenticated as decrypt_unauthenticated
from ._yinxin import cms_decrypt_with_key_unauthenticated as decrypt_with_key_unauthenticated
from ._yinxin import cms_encrypt as encrypt
from ._yinxin import cms_encrypt_file as encrypt_file
from ._yinxin import cms_encrypt_file_with_key as encrypt_file_with_key
from ._yinxin import cms_encrypt_with_key as encrypt_with_key
from ._yinxin import cms_inspect as inspect
from ._yinxin import cms_inspect_file as inspect_file
from ._yinxin import cms_sign as sign
from ._yinxin import cms_sign_and_encrypt as sign_and_encrypt
from ._yinxin import cms_sign_file as sign_file

__all__ = [
    "add_signer",
    "countersign",
    "decrypt",
    "decrypt_file",
    "decrypt_file_unauthenticated",
    "decrypt_file_with_key_unauthenticated",
    "decrypt_unauthenticated",
    "decrypt_with_key_unauthenticated",
    "encrypt",
    "encrypt_file",
    "encrypt_file_with_key",
    "encrypt_with_key",
    "inspect",
    "inspect_file",
    "sign",
    "sign_and_encrypt",
    "sign_file",
]
