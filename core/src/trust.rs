//! What a verifier trusts, by which policy, and at which moment.
