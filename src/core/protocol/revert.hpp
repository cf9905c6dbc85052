// How the chain refuses.
#pragma once

namespace vesu::protocol {

// Thrown where the contract would revert, with the contract's own text, so that every formula reads as the
// contract's does. guarded() stops it before PostgreSQL.
struct Revert {
    const char *text;
};

inline void require(bool holds, const char *text)
{
    if (!holds)
        throw Revert{text};
}

}  // namespace vesu::protocol
