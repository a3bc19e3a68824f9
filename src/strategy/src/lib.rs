//! How threads meet: the contract both strategies implement.
