//! Algorithms: SM2, SM3, SM4, RSA and ECDSA, random bytes.
