#include "core/protocol/configuration.hpp"

#include "core/protocol/power.hpp"

namespace vesu::protocol {

namespace {

constexpr std::uint64_t percent = unit / 100;
constexpr std::uint64_t full_utilization = 100'000;  // of the interest-rate model

void fits(const Integer &value, unsigned bits, const char *text)
{
    require((value.value() >> bits) == 0, text);
}

// Kept in a slot of 128 bits of which the upper five are taken.
void fits_nominal_debt(const Integer &value, const char *text, const char *text_of_upper_bits)
{
    fits(value, 128, text);
    fits(value, 123, text_of_upper_bits);
}

Integer whole_percents(const Integer &fraction, const char *text)
{
    const Integer percents = fraction / percent;
    fits(percents, 8, text);
    return percents * percent;
}

// 1 has the logarithm 0, and that reads back as 0.
Integer power_of_ten(const Integer &value)
{
    return pow_10_or_0(log_10_or_0(value));
}

}  // namespace

AssetRecord stored(const AssetRecord &record)
{
    const AssetConfig &books = record.books;
    fits(books.total_collateral_shares, 128, "pack-total-collateral-shares");
    fits_nominal_debt(books.total_nominal_debt, "pack-total-nominal-debt",
                      "pack-total-nominal-debt-u123");
    fits(books.reserve, 128, "pack-reserve");
    fits(record.last_updated, 32, "pack-last-updated");
    fits(books.last_rate_accumulator, 64, "pack-last-rate-accumulator");
    fits(record.last_full_utilization_rate, 64, "pack-last-full-utilization-rate");
    fits(record.fee_shares, 128, "pack-fee-shares");

    AssetRecord kept = record;
    kept.max_utilization = whole_percents(record.max_utilization, "pack-max-utilization");
    kept.floor = power_of_ten(record.floor);
    kept.books.scale = power_of_ten(books.scale);
    kept.books.fee_rate = whole_percents(books.fee_rate, "pack-fee-rate");
    return kept;
}

void check_width(const PositionAmounts &position)
{
    fits(position.collateral_shares, 128, "pack-collateral-shares");
    fits_nominal_debt(position.nominal_debt, "pack-nominal-debt", "pack-nominal-debt-u123");
}

void check_width(const InterestRateConfig &config)
{
    fits(config.min_target_utilization, 32, "pack-min-target-utilization");
    fits(config.max_target_utilization, 32, "pack-max-target-utilization");
    fits(config.target_utilization, 32, "pack-target-utilization");
    fits(config.min_full_utilization_rate, 64, "pack-min-full-utilization-rate");
    fits(config.max_full_utilization_rate, 64, "pack-max-full-utilization-rate");
    fits(config.zero_utilization_rate, 64, "pack-zero-utilization-rate");
    fits(config.rate_half_life, 32, "pack-rate-half-life");
    fits(config.target_rate_percent, 64, "pack-target-rate-percent");
}

void check_asset_config(const AssetRecord &record, Protocol protocol)
{
    const AssetConfig &books = record.books;
    if (protocol == Protocol::v2)
        require(books.scale != 0, "asset-config-nonexistent");
    else
        require(books.last_rate_accumulator != 0, "asset-config-nonexistent");
    require(books.scale <= unit, "scale-exceeded");
    require(record.max_utilization <= unit, "max-utilization-exceeded");
    if (protocol == Protocol::v1)
        require(books.last_rate_accumulator >= unit, "rate-accumulator-too-low");
    require(books.fee_rate <= unit, "fee-rate-exceeded");

    const AssetRecord kept = stored(record);
    require(kept.max_utilization == record.max_utilization, "max-utilization-precision-loss");
    require(kept.floor == record.floor, "floor-precision-loss");
    require(kept.books.scale == books.scale, "scale-precision-loss");
    require(kept.books.fee_rate == books.fee_rate, "fee-rate-precision-loss");
}

void check_pair_config(const PairConfig &pair, Protocol protocol)
{
    const bool v2 = protocol == Protocol::v2;
    require(pair.max_ltv <= unit, v2 ? "max-ltv-exceeded" : "invalid-ltv-config");
    require(pair.liquidation_factor <= unit,
            v2 ? "liquidation-factor-exceeded" : "invalid-liquidation-config");
    if (!v2)
        return;
    require(pair.liquidation_factor == 0 || pair.max_ltv <= pair.liquidation_factor,
            "max-ltv-gt-liquidation-factor");
    fits(pair.debt_cap, 123, "pack-debt-cap-u123");
}

namespace {

void check_targets_v2(const InterestRateConfig &config)
{
    require(config.min_target_utilization != 0, "min-target-utilization-eq-0");
    require(config.min_target_utilization <= config.target_utilization,
            "target-utilization-lt-min-target-utilization");
    require(config.target_utilization <= config.max_target_utilization,
            "target-utilization-gt-max-target-utilization");
    require(config.max_target_utilization != 0, "max-target-utilization-eq-0");
    require(config.max_target_utilization < full_utilization, "max-target-utilization-gt-100%");
}

// V1's target may lie outside, and the maximum may be 100 %.
void check_targets_v1(const InterestRateConfig &config)
{
    require(config.min_target_utilization <= config.max_target_utilization,
            "min-target-utilization-gt-max-target-utilization");
    require(config.max_target_utilization != 0, "max-target-utilization-eq-0");
    require(config.max_target_utilization <= full_utilization, "max-target-utilization-gt-100%");
}

}  // namespace

void check_interest_rate_config(const InterestRateConfig &config, Protocol protocol)
{
    if (protocol == Protocol::v2)
        check_targets_v2(config);
    else
        check_targets_v1(config);
    require(config.zero_utilization_rate <= config.min_full_utilization_rate,
            "zero-utilization-rate-gt-min-full-utilization-rate");
    require(config.min_full_utilization_rate <= config.max_full_utilization_rate,
            "min-full-utilization-rate-gt-max-full-utilization-rate");
    require(config.rate_half_life != 0, "rate-half-life-eq-0");
    require(config.target_rate_percent != 0, "target-rate-percent-eq-0");
    require(config.target_rate_percent <= unit, "target-rate-percent-gt-100%");
    check_width(config);
}

}  // namespace vesu::protocol
