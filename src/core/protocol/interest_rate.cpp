#include "core/protocol/interest_rate.hpp"

namespace vesu::protocol {

namespace {

constexpr std::uint64_t utilization_unit = 100'000;  // of the model: 10^5 is 100 %
constexpr std::uint64_t utilization_step = unit / utilization_unit;

// Where both sides of a division can revert, the dividend has a name of its own: C++ leaves open which side comes
// first, and so with which text the whole reverts.

// How the rate at full utilization drifts: from full to empty it halves in one half-life, and back it doubles.
Integer adapted_rate(const InterestRateConfig &config, const Integer &utilization,
                     const Integer &time_delta, const Integer &rate)
{
    const Integer half_life = config.rate_half_life * unit;
    if (utilization < config.min_target_utilization) {
        const Integer distance =
            (config.min_target_utilization - utilization) * unit / config.min_target_utilization;
        const Integer scaled_rate = rate * half_life;
        return scaled_rate / (half_life + distance * time_delta);
    }
    if (utilization > config.max_target_utilization) {
        const Integer excess = (utilization - config.max_target_utilization) * unit;
        const Integer distance =
            excess / (Integer(utilization_unit) - config.max_target_utilization);
        return rate * (half_life + distance * time_delta) / half_life;
    }
    return rate;
}

Integer clamped(const InterestRateConfig &config, const Integer &rate)
{
    if (rate > config.max_full_utilization_rate)
        return config.max_full_utilization_rate;
    if (rate < config.min_full_utilization_rate)
        return config.min_full_utilization_rate;
    return rate;
}

// Two straight lines that meet at the target.
Integer rate_at(const InterestRateConfig &config, const Integer &utilization,
                const Integer &full_rate, Protocol protocol)
{
    const Integer &zero_rate = config.zero_utilization_rate;
    const Integer &target = config.target_utilization;
    const Integer target_rate =
        (full_rate - zero_rate) * config.target_rate_percent / unit + zero_rate;
    if (utilization < target)
        return zero_rate + utilization * (target_rate - zero_rate) / target;

    // V1 takes the wrong unit here, which leaves the upper line flat: it is what the chain computes.
    const Integer full = protocol == Protocol::v1 ? unit : utilization_unit;
    const Integer rise = (utilization - target) * (full_rate - target_rate);
    return target_rate + rise / (full - target);
}

}  // namespace

InterestRate calculate_interest_rate(const InterestRateConfig &config, const Integer &utilization,
                                     const Integer &time_delta,
                                     const Integer &last_full_utilization_rate, Protocol protocol)
{
    const Integer model_utilization = utilization / utilization_step;
    const Integer full_rate = clamped(
        config, adapted_rate(config, model_utilization, time_delta, last_full_utilization_rate));
    return {rate_at(config, model_utilization, full_rate, protocol), full_rate};
}

Accrual accrue_asset(const AssetConfig &asset, const InterestRateConfig &config,
                     const Integer &last_full_utilization_rate, std::int64_t last_updated,
                     std::int64_t at, Protocol protocol)
{
    require(at >= last_updated, "u64_sub Overflow");
    const std::uint64_t seconds =
        static_cast<std::uint64_t>(at) - static_cast<std::uint64_t>(last_updated);
    const InterestRate rate = calculate_interest_rate(config, utilization(asset, protocol), seconds,
                                                      last_full_utilization_rate, protocol);
    if (seconds == 0)
        return {asset, rate.interest_rate, last_full_utilization_rate, 0};

    Accrual accrual{asset, rate.interest_rate, rate.next_full_utilization_rate, 0};
    accrual.asset.last_rate_accumulator = calculate_rate_accumulator(
        last_updated, at, asset.last_rate_accumulator, rate.interest_rate, protocol);
    accrual.fee_shares = calculate_fee_shares(asset, accrual.asset.last_rate_accumulator, protocol);
    if (protocol == Protocol::v2)
        accrual.asset.total_collateral_shares = asset.total_collateral_shares + accrual.fee_shares;
    return accrual;
}

}  // namespace vesu::protocol
