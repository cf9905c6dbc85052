// What storage keeps, what it refuses, and each limit of a configuration: at the limit and one beyond.
#include "core/protocol/configuration.hpp"
#include "protocol/values.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace vesu::protocol {

namespace {

constexpr std::uint64_t percent = unit / 100;

const AssetRecord asset{{5000, unit, 7 * unit, unit, 1'000'000, 10 * percent},
                        80 * percent,
                        100,
                        12'345,
                        1'700'000'000,
                        9};

// A field of a record, the first width that is too small for it, and the text of the error.
template <class Record>
struct Width {
    Integer &(*field)(Record &);
    unsigned bits;
    const char *text;
};

// The largest value that fits is taken and the next one is not.
template <class Record, class Store>
void expect_widths(const Record &record, const std::vector<Width<Record>> &widths,
                   const Store &store)
{
    for (const Width<Record> &width : widths) {
        SCOPED_TRACE(width.text);
        Record changed = record;
        width.field(changed) = two_to_the(width.bits) - 1;
        EXPECT_NE(complaint([&] { store(changed); }), width.text);
        width.field(changed) = two_to_the(width.bits);
        EXPECT_EQ(complaint([&] { store(changed); }), width.text);
    }
}

TEST(Storage, has_a_width_for_each_field_of_an_asset)
{
    using W = Width<AssetRecord>;
    expect_widths<AssetRecord>(
        asset,
        {W{[](AssetRecord &r) -> Integer & { return r.books.total_collateral_shares; }, 128,
           "pack-total-collateral-shares"},
         W{[](AssetRecord &r) -> Integer & { return r.books.total_nominal_debt; }, 123,
           "pack-total-nominal-debt-u123"},
         W{[](AssetRecord &r) -> Integer & { return r.books.total_nominal_debt; }, 128,
           "pack-total-nominal-debt"},
         W{[](AssetRecord &r) -> Integer & { return r.books.reserve; }, 128, "pack-reserve"},
         W{[](AssetRecord &r) -> Integer & { return r.last_updated; }, 32, "pack-last-updated"},
         W{[](AssetRecord &r) -> Integer & { return r.books.last_rate_accumulator; }, 64,
           "pack-last-rate-accumulator"},
         W{[](AssetRecord &r) -> Integer & { return r.last_full_utilization_rate; }, 64,
           "pack-last-full-utilization-rate"},
         W{[](AssetRecord &r) -> Integer & { return r.fee_shares; }, 128, "pack-fee-shares"}},
        [](const AssetRecord &record) { (void)stored(record); });
}

TEST(Storage, keeps_up_to_255_percent)
{
    AssetRecord record = asset;
    record.max_utilization = Integer(256) * percent - 1;
    record.books.fee_rate = Integer(256) * percent - 1;
    EXPECT_EQ(shown(stored(record).max_utilization), "2550000000000000000");
    EXPECT_EQ(shown(stored(record).books.fee_rate), "2550000000000000000");
    record.max_utilization = Integer(256) * percent;
    EXPECT_EQ(complaint([&] { (void)stored(record); }), "pack-max-utilization");
    record.max_utilization = 0;
    record.books.fee_rate = Integer(256) * percent;
    EXPECT_EQ(complaint([&] { (void)stored(record); }), "pack-fee-rate");
}

TEST(Storage, keeps_percents_and_powers_of_ten)
{
    AssetRecord record = asset;
    record.max_utilization = 81 * percent - 1;
    record.books.fee_rate = percent - 1;
    record.floor = 999;
    record.books.scale = 1'000'001;
    const AssetRecord kept = stored(record);
    EXPECT_EQ(shown(kept.max_utilization), "800000000000000000");
    EXPECT_EQ(shown(kept.books.fee_rate), "0");
    EXPECT_EQ(shown(kept.floor), "100");
    EXPECT_EQ(shown(kept.books.scale), "1000000");
}

TEST(Storage, reads_1_back_as_0)
{
    AssetRecord record = asset;
    record.floor = 1;
    record.books.scale = 0;
    EXPECT_EQ(shown(stored(record).floor), "0");
    EXPECT_EQ(shown(stored(record).books.scale), "0");
    record.floor = 10;
    EXPECT_EQ(shown(stored(record).floor), "10");
}

TEST(Storage, keeps_the_rest_as_it_is)
{
    const AssetRecord kept = stored(asset);
    EXPECT_EQ(shown(kept.books.reserve), "5000");
    EXPECT_EQ(shown(kept.books.total_nominal_debt), "1000000000000000000");
    EXPECT_EQ(shown(kept.books.total_collateral_shares), "7000000000000000000");
    EXPECT_EQ(shown(kept.books.last_rate_accumulator), "1000000000000000000");
    EXPECT_EQ(shown(kept.last_full_utilization_rate), "12345");
    EXPECT_EQ(shown(kept.last_updated), "1700000000");
    EXPECT_EQ(shown(kept.fee_shares), "9");
}

TEST(Storage, has_a_width_for_each_field_of_a_position)
{
    using W = Width<PositionAmounts>;
    expect_widths<PositionAmounts>(
        {5, 7},
        {W{[](PositionAmounts &r) -> Integer & { return r.collateral_shares; }, 128,
           "pack-collateral-shares"},
         W{[](PositionAmounts &r) -> Integer & { return r.nominal_debt; }, 123,
           "pack-nominal-debt-u123"},
         W{[](PositionAmounts &r) -> Integer & { return r.nominal_debt; }, 128,
           "pack-nominal-debt"}},
        [](const PositionAmounts &position) { check_width(position); });
}

const InterestRateConfig model{20'000, 80'000, 50'000, 100, 1000, 7, 3600, 30 * percent};

TEST(Storage, has_a_width_for_each_field_of_a_rate_model)
{
    using W = Width<InterestRateConfig>;
    using R = InterestRateConfig;
    expect_widths<R>(
        model,
        {W{[](R &r) -> Integer & { return r.min_target_utilization; }, 32,
           "pack-min-target-utilization"},
         W{[](R &r) -> Integer & { return r.max_target_utilization; }, 32,
           "pack-max-target-utilization"},
         W{[](R &r) -> Integer & { return r.target_utilization; }, 32, "pack-target-utilization"},
         W{[](R &r) -> Integer & { return r.min_full_utilization_rate; }, 64,
           "pack-min-full-utilization-rate"},
         W{[](R &r) -> Integer & { return r.max_full_utilization_rate; }, 64,
           "pack-max-full-utilization-rate"},
         W{[](R &r) -> Integer & { return r.zero_utilization_rate; }, 64,
           "pack-zero-utilization-rate"},
         W{[](R &r) -> Integer & { return r.rate_half_life; }, 32, "pack-rate-half-life"},
         W{[](R &r) -> Integer & { return r.target_rate_percent; }, 64,
           "pack-target-rate-percent"}},
        [](const R &config) { check_width(config); });
}

std::string of_asset(Protocol protocol, const std::function<void(AssetRecord &)> &change)
{
    AssetRecord record = asset;
    change(record);
    return complaint([&] { check_asset_config(record, protocol); });
}

TEST(AssetConfig, has_fractions_up_to_100_percent_and_a_scale_of_up_to_18_decimals)
{
    for (const Protocol protocol : {v1, v2}) {
        const auto with = [&](const std::function<void(AssetRecord &)> &change) {
            return of_asset(protocol, change);
        };
        EXPECT_EQ(with([](AssetRecord &) {}), "");
        EXPECT_EQ(with([](AssetRecord &r) { r.books.scale = unit; }), "");
        EXPECT_EQ(with([](AssetRecord &r) { r.books.scale = unit + 1; }), "scale-exceeded");
        EXPECT_EQ(with([](AssetRecord &r) { r.max_utilization = unit; }), "");
        EXPECT_EQ(with([](AssetRecord &r) { r.max_utilization = unit + 1; }),
                  "max-utilization-exceeded");
        EXPECT_EQ(with([](AssetRecord &r) { r.books.fee_rate = unit; }), "");
        EXPECT_EQ(with([](AssetRecord &r) { r.books.fee_rate = unit + 1; }), "fee-rate-exceeded");
    }
}

TEST(AssetConfig, exists_with_a_scale_in_v2_and_with_an_accumulator_in_v1)
{
    const auto no_scale = [](AssetRecord &r) { r.books.scale = 0; };
    const auto no_accumulator = [](AssetRecord &r) { r.books.last_rate_accumulator = 0; };
    EXPECT_EQ(of_asset(v2, no_scale), "asset-config-nonexistent");
    EXPECT_EQ(of_asset(v1, no_scale), "");
    EXPECT_EQ(of_asset(v2, no_accumulator), "");
    EXPECT_EQ(of_asset(v1, no_accumulator), "asset-config-nonexistent");
}

TEST(AssetConfig, of_v1_has_an_accumulator_of_at_least_1)
{
    const auto below = [](AssetRecord &r) { r.books.last_rate_accumulator = unit - 1; };
    EXPECT_EQ(of_asset(v1, below), "rate-accumulator-too-low");
    EXPECT_EQ(of_asset(v2, below), "");
}

TEST(AssetConfig, loses_nothing_in_storage)
{
    for (const Protocol protocol : {v1, v2}) {
        const auto with = [&](const std::function<void(AssetRecord &)> &change) {
            return of_asset(protocol, change);
        };
        EXPECT_EQ(with([](AssetRecord &r) { r.max_utilization = percent - 1; }),
                  "max-utilization-precision-loss");
        EXPECT_EQ(with([](AssetRecord &r) { r.floor = 1; }), "floor-precision-loss");
        EXPECT_EQ(with([](AssetRecord &r) { r.floor = 0; }), "");
        EXPECT_EQ(with([](AssetRecord &r) { r.floor = 101; }), "floor-precision-loss");
        EXPECT_EQ(with([](AssetRecord &r) { r.books.scale = 1; }), "scale-precision-loss");
        EXPECT_EQ(with([](AssetRecord &r) { r.books.fee_rate = percent + 1; }),
                  "fee-rate-precision-loss");
        EXPECT_EQ(with([](AssetRecord &r) { r.books.reserve = two_to_the(128); }), "pack-reserve");
    }
}

TEST(AssetConfig, reports_the_first_of_several_reasons)
{
    EXPECT_EQ(of_asset(v2,
                       [](AssetRecord &r) {
                           r.books.scale = unit + 1;
                           r.max_utilization = unit + 1;
                           r.books.fee_rate = unit + 1;
                       }),
              "scale-exceeded");
    EXPECT_EQ(of_asset(v2,
                       [](AssetRecord &r) {
                           r.max_utilization = unit + 1;
                           r.books.fee_rate = unit + 1;
                       }),
              "max-utilization-exceeded");
}

std::string of_pair(const PairConfig &pair, Protocol protocol)
{
    return complaint([&] { check_pair_config(pair, protocol); });
}

TEST(PairConfig, of_v2_has_a_maximum_ltv_up_to_its_liquidation_factor)
{
    EXPECT_EQ(of_pair({80 * percent, 80 * percent, 0}, v2), "");
    EXPECT_EQ(of_pair({80 * percent + 1, 80 * percent, 0}, v2), "max-ltv-gt-liquidation-factor");
    EXPECT_EQ(of_pair({unit, 0, 0}, v2), "");
    EXPECT_EQ(of_pair({unit + 1, unit, 0}, v2), "max-ltv-exceeded");
    EXPECT_EQ(of_pair({unit, unit, 0}, v2), "");
    EXPECT_EQ(of_pair({unit, unit + 1, 0}, v2), "liquidation-factor-exceeded");
}

TEST(PairConfig, of_v2_has_a_debt_cap_of_123_bits)
{
    EXPECT_EQ(of_pair({0, 0, two_to_the(123) - 1}, v2), "");
    EXPECT_EQ(of_pair({0, 0, two_to_the(123)}, v2), "pack-debt-cap-u123");
    EXPECT_EQ(of_pair({0, 0, two_to_the(128)}, v2), "pack-debt-cap-u123");
}

TEST(PairConfig, of_v1_knows_no_relation)
{
    EXPECT_EQ(of_pair({unit, 1, two_to_the(123)}, v1), "");
    EXPECT_EQ(of_pair({unit + 1, 0, 0}, v1), "invalid-ltv-config");
    EXPECT_EQ(of_pair({0, unit, 0}, v1), "");
    EXPECT_EQ(of_pair({0, unit + 1, 0}, v1), "invalid-liquidation-config");
}

std::string of_model(Protocol protocol, const std::function<void(InterestRateConfig &)> &change)
{
    InterestRateConfig config = model;
    change(config);
    return complaint([&] { check_interest_rate_config(config, protocol); });
}

TEST(RateModel, of_v2_has_its_targets_in_order)
{
    const auto with = [](std::uint64_t low, std::uint64_t target, std::uint64_t high) {
        return of_model(v2, [=](InterestRateConfig &r) {
            r.min_target_utilization = low;
            r.target_utilization = target;
            r.max_target_utilization = high;
        });
    };
    EXPECT_EQ(with(20'000, 50'000, 80'000), "");
    EXPECT_EQ(with(0, 50'000, 80'000), "min-target-utilization-eq-0");
    EXPECT_EQ(with(50'000, 50'000, 50'000), "");
    EXPECT_EQ(with(50'001, 50'000, 80'000), "target-utilization-lt-min-target-utilization");
    EXPECT_EQ(with(50'001, 50'000, 49'999), "target-utilization-lt-min-target-utilization");
    EXPECT_EQ(with(20'000, 50'000, 49'999), "target-utilization-gt-max-target-utilization");
    EXPECT_EQ(with(1, 1, 99'999), "");
    EXPECT_EQ(with(1, 1, 100'000), "max-target-utilization-gt-100%");
    // A maximum of 0 is below the target first.
    EXPECT_EQ(with(1, 1, 0), "target-utilization-gt-max-target-utilization");
}

TEST(RateModel, of_v1_bounds_the_target_range_alone)
{
    const auto with = [](std::uint64_t low, std::uint64_t target, std::uint64_t high) {
        return of_model(v1, [=](InterestRateConfig &r) {
            r.min_target_utilization = low;
            r.target_utilization = target;
            r.max_target_utilization = high;
        });
    };
    EXPECT_EQ(with(75'000, 87'500, 85'000), "");
    EXPECT_EQ(with(75'000, 1, 75'000), "");
    EXPECT_EQ(with(75'001, 1, 75'000), "min-target-utilization-gt-max-target-utilization");
    EXPECT_EQ(with(0, 1, 0), "max-target-utilization-eq-0");
    EXPECT_EQ(with(0, 1, 1), "");
    EXPECT_EQ(with(1, 1, 100'000), "");
    EXPECT_EQ(with(1, 1, 100'001), "max-target-utilization-gt-100%");
}

TEST(RateModel, has_its_rates_in_order)
{
    for (const Protocol protocol : {v1, v2}) {
        const auto with = [&](std::uint64_t zero, std::uint64_t least, std::uint64_t most) {
            return of_model(protocol, [=](InterestRateConfig &r) {
                r.zero_utilization_rate = zero;
                r.min_full_utilization_rate = least;
                r.max_full_utilization_rate = most;
            });
        };
        EXPECT_EQ(with(5, 5, 5), "");
        EXPECT_EQ(with(6, 5, 5), "zero-utilization-rate-gt-min-full-utilization-rate");
        EXPECT_EQ(with(5, 6, 5), "min-full-utilization-rate-gt-max-full-utilization-rate");
        EXPECT_EQ(with(6, 5, 7), "zero-utilization-rate-gt-min-full-utilization-rate");
        EXPECT_EQ(with(7, 6, 5), "zero-utilization-rate-gt-min-full-utilization-rate");
    }
}

TEST(RateModel, has_a_half_life_and_a_target_percentage)
{
    for (const Protocol protocol : {v1, v2}) {
        const auto with = [&](std::uint64_t half_life, const Integer &target_percent) {
            return of_model(protocol, [=](InterestRateConfig &r) {
                r.rate_half_life = half_life;
                r.target_rate_percent = target_percent;
            });
        };
        EXPECT_EQ(with(1, 1), "");
        EXPECT_EQ(with(0, 1), "rate-half-life-eq-0");
        EXPECT_EQ(with(1, 0), "target-rate-percent-eq-0");
        EXPECT_EQ(with(1, unit), "");
        EXPECT_EQ(with(1, unit + 1), "target-rate-percent-gt-100%");
        EXPECT_EQ(with(std::uint64_t(1) << 32, 1), "pack-rate-half-life");
    }
}

}  // namespace

}  // namespace vesu::protocol
