#include "core/limbs.hpp"

namespace vesu {

namespace {

__extension__ using Pair = unsigned __int128;  // two limbs

std::uint64_t low(Pair pair)
{
    return static_cast<std::uint64_t>(pair);
}

std::uint64_t high(Pair pair)
{
    return static_cast<std::uint64_t>(pair >> 64);
}

Pair pair(std::uint64_t high, std::uint64_t low)
{
    return static_cast<Pair>(high) << 64 | low;
}

// Forgets leading zeros.
void trim(Limbs &value)
{
    while (value.count > 0 && value.limbs[value.count - 1] == 0)
        --value.count;
}

// Writes (or adds) value · factor; returns the limb that follows.
template <bool add>
inline std::uint64_t multiply_row(const Limbs &value, std::uint64_t factor, std::uint64_t *result)
{
    std::uint64_t carry = 0;
    for (int i = 0; i < value.count; ++i) {
        const Pair sum = static_cast<Pair>(value.limbs[i]) * factor + carry + (add ? result[i] : 0);
        result[i] = low(sum);
        carry = high(sum);
    }
    return carry;
}

// Writes value · 2^bits for bits < 64, and one limb more than before, which may be 0.
void shift_left(const Limbs &value, int bits, std::uint64_t *result)
{
    std::uint64_t carry = 0;
    for (int i = 0; i < value.count; ++i) {
        const Pair shifted = static_cast<Pair>(value.limbs[i]) << bits | carry;
        result[i] = low(shifted);
        carry = high(shifted);
    }
    result[value.count] = carry;
}

// numerator ÷ one limb; returns the remainder.
std::uint64_t divide_by_limb(const Limbs &numerator, std::uint64_t denominator, Limbs &quotient)
{
    std::uint64_t remainder = 0;
    for (int i = numerator.count - 1; i >= 0; --i) {
        const Pair dividend = pair(remainder, numerator.limbs[i]);
        quotient.limbs[i] = low(dividend / denominator);
        remainder = low(dividend % denominator);
    }
    quotient.count = numerator.count;
    trim(quotient);
    return remainder;
}

// The next limb of the quotient from the three highest limbs of the remainder (u2 u1 u0) and the two
// highest of the divisor: right, or one too large (Knuth, volume 2, 4.3.1, algorithm D, step D3).
std::uint64_t estimate(std::uint64_t u2, std::uint64_t u1, std::uint64_t u0, std::uint64_t v1,
                       std::uint64_t v0)
{
    const Pair dividend = pair(u2, u1);
    Pair guess = u2 >= v1 ? UINT64_MAX : dividend / v1;
    Pair rest = dividend - guess * v1;
    while (high(rest) == 0 && guess * v0 > pair(low(rest), u0)) {
        --guess;
        rest += v1;
    }
    return low(guess);
}

// remainder -= divisor · factor over size + 1 limbs; returns whether that went below zero.
bool subtract_product(std::uint64_t *remainder, const std::uint64_t *divisor, int size,
                      std::uint64_t factor)
{
    std::uint64_t carry = 0, borrow = 0;
    for (int i = 0; i < size; ++i) {
        const Pair product = static_cast<Pair>(divisor[i]) * factor + carry;
        const Pair difference = static_cast<Pair>(remainder[i]) - low(product) - borrow;
        remainder[i] = low(difference);
        carry = high(product);
        borrow = high(difference) != 0;
    }
    const Pair difference = static_cast<Pair>(remainder[size]) - carry - borrow;
    remainder[size] = low(difference);
    return high(difference) != 0;
}

// remainder += divisor: undoes one subtraction too many. The limb above is not read again.
void add_back(std::uint64_t *remainder, const std::uint64_t *divisor, int size)
{
    std::uint64_t carry = 0;
    for (int i = 0; i < size; ++i) {
        const Pair sum = static_cast<Pair>(remainder[i]) + divisor[i] + carry;
        remainder[i] = low(sum);
        carry = high(sum);
    }
}

// Knuth's algorithm D, for a divisor of at least two limbs and no longer than the numerator.
bool divide_by_limbs(const Limbs &numerator, const Limbs &denominator, Limbs &quotient)
{
    const int size = denominator.count;
    const int shift = __builtin_clzll(denominator.limbs[size - 1]);
    std::uint64_t remainder[Limbs::capacity + 1], divisor[Limbs::capacity + 1];
    shift_left(numerator, shift, remainder);
    shift_left(denominator, shift, divisor);

    quotient.count = numerator.count - size + 1;
    for (int i = quotient.count - 1; i >= 0; --i) {
        std::uint64_t *const top = remainder + i + size;
        quotient.limbs[i] = 0;
        if (top[0] == 0 && top[-1] < divisor[size - 1])
            continue;  // often so for the highest
        std::uint64_t digit =
            estimate(top[0], top[-1], top[-2], divisor[size - 1], divisor[size - 2]);
        if (subtract_product(remainder + i, divisor, size, digit)) {
            --digit;
            add_back(remainder + i, divisor, size);
        }
        quotient.limbs[i] = digit;
    }
    trim(quotient);

    std::uint64_t left = 0;
    for (int i = 0; i < size; ++i)
        left |= remainder[i];
    return left != 0;
}

}  // namespace

Limbs::operator u512() const
{
    u512 result;
    if (count == 0)
        return result;
    result.backend().resize(count, count);
    std::memcpy(result.backend().limbs(), limbs, max_bits / 8);
    return result;
}

Limbs &Limbs::operator*=(std::uint64_t factor)
{
    const std::uint64_t carry = multiply_row<false>(*this, factor, limbs);
    if (carry != 0)
        limbs[count++] = carry;
    return *this;
}

Limbs &Limbs::operator++()
{
    for (int i = 0; i < count; ++i)
        if (++limbs[i] != 0)
            return *this;
    limbs[count++] = 1;
    return *this;
}

Limbs operator*(const Limbs &a, const Limbs &b)
{
    Limbs result;
    if (a.count == 0 || b.count == 0)
        return result;

    result.limbs[b.count] = multiply_row<false>(b, a.limbs[0], result.limbs);
    for (int i = 1; i < a.count; ++i)
        result.limbs[b.count + i] = multiply_row<true>(b, a.limbs[i], result.limbs + i);
    result.count = a.count + b.count;
    trim(result);
    return result;
}

bool operator<(const Limbs &a, const Limbs &b)
{
    if (a.count != b.count)
        return a.count < b.count;
    for (int i = a.count - 1; i >= 0; --i)
        if (a.limbs[i] != b.limbs[i])
            return a.limbs[i] < b.limbs[i];
    return false;
}

bool divide(const Limbs &numerator, const Limbs &denominator, Limbs &quotient)
{
    if (numerator < denominator) {
        quotient = Limbs();
        return numerator.count != 0;
    }
    if (denominator.count == 1)
        return divide_by_limb(numerator, denominator.limbs[0], quotient) != 0;
    return divide_by_limbs(numerator, denominator, quotient);
}

}  // namespace vesu
