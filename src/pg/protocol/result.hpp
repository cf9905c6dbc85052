// Compute and Return of the protocol's functions.
#pragma once

#include "core/protocol/position.hpp"

#include "pg/numeric.hpp"

namespace vesu::pg {

inline Datum integer_datum(const protocol::Integer &value)
{
    return numeric_datum(value.value());
}

// Runs a formula of the core, which reverts by throwing; VS020 if it does.
template <class Compute>
auto computed(Compute compute) -> decltype(compute())
{
    decltype(compute()) result{};
    const Failure failure = guarded([&] {
        result = compute();
        return Status::ok;
    });
    if (failure.failed())
        report(failure);
    return result;
}

template <class Compute>
Datum integer_result(Compute compute)
{
    const protocol::Integer result = computed(compute);
    return integer_datum(result);
}

// A row that is filled from left to right and returned by the function at hand.
class ResultRow {
public:
    explicit ResultRow(FunctionCallInfo fcinfo);
    void add(const protocol::Integer &value);
    void add(const protocol::SignedInteger &value);
    void add(const protocol::AssetConfig &value);
    void add(const protocol::PositionAmounts &value);
    Datum datum() const;

private:
    // Forms a composite column, which has the declared type of the next one.
    void add_row(const protocol::Integer *const columns, int count);

    static constexpr int max_columns = 8;
    TupleDesc descriptor_;
    Datum values_[max_columns];
    int count_ = 0;
};

}  // namespace vesu::pg
