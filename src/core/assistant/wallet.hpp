// Addresses of wallets, on Ethereum and its kin or on Starknet, as the assistant keeps them.
#pragma once

#include "core/felt.hpp"

namespace vesu::assistant {

// Writes the one way to spell an address: lower case; "0x" and 40 digits as they are, other digits as a felt.
// Returns its length; 0 unless the text is "0x" (or "0X") and 40 digits, or digits of a felt.
std::size_t canonical_wallet(const char *text, std::size_t length, char (&result)[felt_text_size]);

}  // namespace vesu::assistant
