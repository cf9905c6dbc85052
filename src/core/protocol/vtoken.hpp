// The ERC-4626 vault of an asset: one vToken is one collateral share. All on books that are accrued to now, of a
// vToken that is open: the contract answers 0 when it is closed.
#pragma once

#include "core/protocol/asset.hpp"

namespace vesu::protocol {

// What may be withdrawn before the utilization exceeds its maximum, in units of the token.
Integer withdrawable_assets(const AssetConfig &asset, const Integer &max_utilization,
                            Protocol protocol);

// The smaller of the balance's assets and of what may be withdrawn.
Integer vtoken_max_withdraw(const AssetConfig &asset, const Integer &balance,
                            const Integer &max_utilization, Protocol protocol);

// The smaller of the balance and of the shares, rounded up, for what may be withdrawn.
Integer vtoken_max_redeem(const AssetConfig &asset, const Integer &balance,
                          const Integer &max_utilization, Protocol protocol);

// 2^128 − 1 − total shares: storage keeps 128 bits.
Integer vtoken_max_mint(const AssetConfig &asset);

// What vtoken_max_mint() shares cost, rounded up.
Integer vtoken_max_deposit(const AssetConfig &asset, Protocol protocol);

}  // namespace vesu::protocol
