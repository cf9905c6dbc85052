// The layout of NUMERIC is private to PostgreSQL: a header that tells sign, decimals to show and weight,
// then the digits in base 10000, most significant first, without zeros at either end. It has been so since
// 9.1, but for the infinities of 14. check_numeric_layout() holds this file against the server at hand.
#include "pg/numeric.hpp"

#include "core/uint256.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace vesu::pg {

namespace {

using Digit = std::int16_t;  // base 10000
using Header = std::uint16_t;

constexpr std::uint64_t base = 10000;
constexpr int decimals_per_digit = 4;

constexpr Header kind_mask = 0xC000;
constexpr Header kind_negative = 0x4000;  // of the long form
constexpr Header kind_short = 0x8000;
constexpr Header kind_special = 0xC000;
constexpr Header special_infinity = 0xD000;
constexpr Header short_negative = 0x2000;
constexpr Header short_scale_max = 0x3F;
constexpr int short_scale_shift = 7;
constexpr Header short_weight_sign = 0x0040;
constexpr Header short_weight_mask = 0x003F;
constexpr int short_weight_min = -64;
constexpr int short_weight_max = 63;

// Enough for 512 bits (155 decimals) after alignment to whole digits.
constexpr int max_digits = 48;

// A NUMERIC as it lies in memory, possibly unaligned behind a one-byte varlena header.
struct View {
    const char *digits;
    int digit_count;
    int weight;  // power of 10000 of the first digit
    bool special;
    bool negative;
};

template <class Integer>
Integer load(const char *from)
{
    Integer value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

// The value, decompressed or fetched if need be, but not copied for a short header.
const varlena *packed(Datum datum)
{
    varlena *const value = reinterpret_cast<varlena *>(DatumGetPointer(datum));
    if (VARATT_IS_4B_U(value) || (VARATT_IS_1B(value) && !VARATT_IS_1B_E(value)))
        return value;
    return pg_detoast_datum_packed(value);
}

View view(Datum datum)
{
    const varlena *const value = packed(datum);
    const char *const body = VARDATA_ANY(value);
    const int size = static_cast<int>(VARSIZE_ANY_EXHDR(value));
    const Header header = load<Header>(body);
    if ((header & kind_mask) == kind_short) {
        const int sign = (header & short_weight_sign) != 0 ? short_weight_min : 0;
        return {body + sizeof(Header), (size - static_cast<int>(sizeof(Header))) / 2,
                (header & short_weight_mask) + sign, false, (header & short_negative) != 0};
    }
    if ((header & kind_mask) == kind_special)
        return {nullptr, 0, 0, true, false};
    return {body + 2 * sizeof(Header), (size - 2 * static_cast<int>(sizeof(Header))) / 2,
            load<Digit>(body + sizeof(Header)), false, (header & kind_mask) == kind_negative};
}

Digit digit_at(const View &numeric, int index)
{
    return load<Digit>(numeric.digits + index * sizeof(Digit));
}

using Pair = unsigned __int128;

constexpr int pair_digits =
    9;  // of base 10000 that fit 128 bits: nearly every amount, price and rate
constexpr int step_digits = 4;  // that are read in one 64-bit step

// Digits [from, to) as one number; at most four. Four at once in two independent halves: half the latency.
std::uint64_t read_step(const View &numeric, int from, int to)
{
    if (to - from == step_digits)
        return (digit_at(numeric, from) * base + digit_at(numeric, from + 1)) * base * base +
               (digit_at(numeric, from + 2) * base + digit_at(numeric, from + 3));
    std::uint64_t value = 0;
    for (int i = from; i < to; ++i)
        value = value * base + digit_at(numeric, i);
    return value;
}

constexpr std::uint64_t power_of_base(int exponent)
{
    return exponent == 0 ? 1 : base * power_of_base(exponent - 1);
}

constexpr std::uint64_t powers_of_base[] = {power_of_base(0), power_of_base(1), power_of_base(2),
                                            power_of_base(3), power_of_base(4)};

// Calls append(value, power) for each step of digits: the number so far times power plus value.
template <class Append>
void for_each_step(const View &numeric, int from, Append append)
{
    for (int i = from; i < numeric.digit_count;) {
        const int next = std::min(i + step_digits, numeric.digit_count);
        append(read_step(numeric, i, next), powers_of_base[next - i]);
        i = next;
    }
}

// Limb by limb: the constructor of cpp_int from 128 bits goes through a temporary.
void assign(u512 &target, Pair value)
{
    auto &backend = target.backend();
    backend.resize(2, 2);
    backend.limbs()[0] = static_cast<std::uint64_t>(value);
    backend.limbs()[1] = static_cast<std::uint64_t>(value >> 64);
    backend.normalize();
}

Pair read_pair(const View &numeric)
{
    Pair value = read_step(numeric, 0, std::min(step_digits, numeric.digit_count));
    for_each_step(numeric, step_digits,
                  [&](std::uint64_t step, std::uint64_t power) { value = value * power + step; });
    return value;
}

[[gnu::noinline]] void read_long(const View &numeric, int trailing_zero_digits, u512 &value)
{
    value = 0;
    for_each_step(numeric, 0, [&](std::uint64_t step, std::uint64_t power) {
        value *= power;
        value += step;
    });
    for (int i = 0; i < trailing_zero_digits; ++i)
        value *= static_cast<std::uint64_t>(base);
}

// 38 digits of base 10000 are below 10^152 and so below 2^512.
constexpr int max_argument_digits = 38;

// The value of a finite NUMERIC; false when it has too many digits.
bool read(const View &numeric, Decimal &result)
{
    const int fraction_digits =
        numeric.digit_count > 0 ? numeric.digit_count - 1 - numeric.weight : 0;
    result.scale = fraction_digits > 0 ? fraction_digits * decimals_per_digit : 0;
    if (numeric.digit_count <= pair_digits && fraction_digits >= 0 &&
        result.scale <= max_argument_scale) {
        assign(result.coefficient, read_pair(numeric));
        return true;
    }
    const int trailing_zero_digits = fraction_digits < 0 ? -fraction_digits : 0;
    if (numeric.digit_count + trailing_zero_digits > max_argument_digits ||
        result.scale > max_argument_scale)
        return false;
    read_long(numeric, trailing_zero_digits, result.coefficient);
    return true;
}

// The last digit may hold decimals that are zero: 0.5 is the digit 5000, one decimal.
int decimals_shown(const Digit *digits, int count, int weight)
{
    int decimals = (count - 1 - weight) * decimals_per_digit;
    if (decimals <= 0)
        return 0;
    for (int last = digits[count - 1]; last % 10 == 0; last /= 10)
        --decimals;
    return decimals;
}

bool below_or_equal_one(const View &numeric)
{
    if (numeric.digit_count == 0 || numeric.weight < 0)
        return true;
    return numeric.weight == 0 && numeric.digit_count == 1 && digit_at(numeric, 0) == 1;
}

// Above 0, below 10^18, at most 18 decimals: what numeric(36,18) takes without rounding.
bool is_operation_amount(const View &numeric)
{
    if (numeric.digit_count == 0 || numeric.weight > 4)
        return false;
    if (numeric.weight == 4 && digit_at(numeric, 0) >= 100)
        return false;
    const int fraction_digits = numeric.digit_count - 1 - numeric.weight;
    if (fraction_digits < 5)
        return true;
    return fraction_digits == 5 && digit_at(numeric, numeric.digit_count - 1) % 100 == 0;
}

bool inside(const View &numeric, Domain domain)
{
    if (numeric.special || numeric.negative)
        return false;
    switch (domain) {
    case Domain::not_negative:
        return true;
    case Domain::positive:
        return numeric.digit_count > 0;
    case Domain::fraction:
        return below_or_equal_one(numeric);
    case Domain::operation_amount:
        return is_operation_amount(numeric);
    }
    return false;
}

constexpr std::uint64_t step = power_of_base(step_digits);

template <class Integer>
std::uint64_t take_step(Integer &value)
{
    const std::uint64_t low = static_cast<std::uint64_t>(value % step);
    value /= step;
    return low;
}

std::uint64_t take_step(u256 &value)
{
    return take_sixteen_digits(value);
}

// Writes base-10000 digits backwards from `end`; returns how many. Divides by 10^16 at a time: wide divisions are slow.
template <class Integer>
int write_digits(Integer value, Digit *end)
{
    int count = 0;
    while (value >= step) {
        std::uint64_t low = take_step(value);
        for (int i = 0; i < step_digits; ++i, low /= base)
            end[-++count] = static_cast<Digit>(low % base);
    }
    for (std::uint64_t high = static_cast<std::uint64_t>(value); high != 0; high /= base)
        end[-++count] = static_cast<Digit>(high % base);
    return count;
}

Datum build(const Digit *digits, int count, int weight)
{
    const int scale = count > 0 ? decimals_shown(digits, count, weight) : 0;
    const bool is_short =
        scale <= short_scale_max && weight >= short_weight_min && weight <= short_weight_max;
    const int header_size = is_short ? sizeof(Header) : sizeof(Header) + sizeof(Digit);
    const Size size = VARHDRSZ + header_size + count * sizeof(Digit);
    char *const result = static_cast<char *>(palloc(size));
    SET_VARSIZE(result, size);
    char *const body = result + VARHDRSZ;
    const Header header = is_short ? kind_short | scale << short_scale_shift |
                                         (weight < 0 ? short_weight_sign : 0) |
                                         (weight & short_weight_mask)
                                   : scale;
    std::memcpy(body, &header, sizeof header);
    if (!is_short) {
        const Digit long_weight = static_cast<Digit>(weight);
        std::memcpy(body + sizeof header, &long_weight, sizeof long_weight);
    }
    if (count > 0)
        std::memcpy(body + header_size, digits, count * sizeof(Digit));
    return PointerGetDatum(result);
}

// A NUMERIC of the `count` digits before `end`, of which the last ones are decimals.
Datum build_written(const Digit *end, int count, int fraction_digits)
{
    const int weight = count - 1 - fraction_digits;
    const Digit *const digits = end - count;
    int kept = count;
    while (kept > 0 && digits[kept - 1] == 0)
        --kept;
    return build(digits, kept, kept > 0 ? weight : 0);
}

// The decimals between a scale and the next whole digit of base 10000.
std::uint64_t alignment_factor(int scale)
{
    constexpr std::uint64_t factors[] = {1, 1000, 100, 10};
    return factors[scale % decimals_per_digit];
}

}  // namespace

// Flattened: called for every argument of every row.
[[gnu::flatten]] Decimal read_decimal(Datum value, const char *name, Domain domain)
{
    const View numeric = view(value);
    if (!inside(numeric, domain))
        report_outside_domain(name, domain, value);
    Decimal result;
    if (!read(numeric, result))
        report_too_long(name, value);
    return result;
}

bool is_inside(Datum value, Domain domain)
{
    return inside(view(value), domain);
}

bool read_decimal_if_valid(Datum value, Decimal &result)
{
    const View numeric = view(value);
    return inside(numeric, Domain::not_negative) && read(numeric, result);
}

bool read_integer_if_valid(Datum value, u256 &result)
{
    Decimal decimal;
    if (!read_decimal_if_valid(value, decimal) || decimal.scale != 0 ||
        decimal.coefficient.backend().size() > 256 / 64)  // in limbs
        return false;
    result = static_cast<u256>(decimal.coefficient);
    return true;
}

Datum numeric_datum(const Decimal &value)
{
    Digit buffer[max_digits];
    Digit *const end = buffer + max_digits;
    const std::uint64_t factor = alignment_factor(value.scale);
    const int fraction_digits = (value.scale + decimals_per_digit - 1) / decimals_per_digit;

    int count;
    if (value.coefficient < u512(1) << 118)  // times 1000 still below 2^128
        count = write_digits(static_cast<Pair>(value.coefficient) * factor, end);
    else
        count = write_digits(wide(value.coefficient) * factor, end);
    return build_written(end, count, fraction_digits);
}

Datum numeric_datum(const u256 &value)
{
    Digit buffer[max_digits];
    Digit *const end = buffer + max_digits;
    return build_written(end, write_digits(value, end), 0);
}

Datum numeric_infinity()
{
    constexpr Size size = VARHDRSZ + sizeof(Header);
    char *const result = static_cast<char *>(palloc(size));
    SET_VARSIZE(result, size);
    std::memcpy(result + VARHDRSZ, &special_infinity, sizeof special_infinity);
    return PointerGetDatum(result);
}

namespace {

Datum parse_numeric(const char *text)
{
    return DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid),
                               Int32GetDatum(-1));
}

bool same_bytes(Datum left, Datum right)
{
    const varlena *const a = packed(left);
    const varlena *const b = packed(right);
    return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
           std::memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

}  // namespace

void check_numeric_layout()
{
    // Short and long forms, both signs of the weight, digits at both ends, one limb and several.
    static const char *const samples[] = {
        "0",
        "1",
        "9999",
        "10000",
        "0.5",
        "0.0001",
        "0.00001",
        "123456789012345678.123456789012345678",
        "1000000000000000000000000000000000000",
        "0.000000000000000000000000000000000001",
        "99999999999999999999999999999999999999999999999999999999999999999999999999999999999",
        "0.0000000000000000000000000000000000000000000000000000000000000000000000000000000123",
    };
    for (const char *const text : samples) {
        const Datum expected = parse_numeric(text);
        const Decimal value = read_decimal(expected, "sample", Domain::not_negative);
        if (!same_bytes(expected, numeric_datum(value)))
            report_defect("NUMERIC of this server has another layout than vesu was written for");
    }
    const View negative = view(parse_numeric("-1.5"));
    const View nan = view(parse_numeric("NaN"));
    const View infinity = view(parse_numeric("-Infinity"));
    if (!negative.negative || negative.special || !nan.special || !infinity.special ||
        !same_bytes(parse_numeric("Infinity"), numeric_infinity()))
        report_defect("NUMERIC of this server has another layout than vesu was written for");
}

}  // namespace vesu::pg
