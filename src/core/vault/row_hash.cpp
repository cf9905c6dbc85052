#include "core/vault/row_hash.hpp"

#include <cstring>

namespace vesu::vault {

namespace {

// Only adds up, so that the size is counted by the very walk that writes.
class Counter {
public:
    void put(const void *, std::size_t size)
    {
        total += size;
    }
    std::size_t total = 0;
};

class Writer {
public:
    explicit Writer(unsigned char *start) : end(start) {}
    void put(const void *data, std::size_t size)
    {
        if (size > 0)  // memcpy() takes no null pointer, even for nothing
            std::memcpy(end, data, size);
        end += size;
    }

private:
    unsigned char *end;
};

template <std::size_t size, class Sink>
void put_integer(Sink &sink, std::uint64_t value)
{
    unsigned char bytes[size];
    for (std::size_t i = size; i > 0; --i, value >>= 8)
        bytes[i - 1] = static_cast<unsigned char>(value & 0xff);
    sink.put(bytes, size);
}

template <class Sink>
void put_number(Sink &sink, std::int64_t value)
{
    put_integer<8>(sink, static_cast<std::uint64_t>(value));
}

template <class Sink>
void put_text(Sink &sink, const Text &text)
{
    constexpr std::uint64_t null_length = 0xffffffff;  // -1
    put_integer<4>(sink, text.data == nullptr ? null_length : text.size);
    sink.put(text.data, text.size);
}

template <class Sink>
void walk(const LedgerRow &row, Sink &sink)
{
    sink.put(row.prev_hash, row.prev_hash_size);
    sink.put(row.id.data(), row.id.size());
    put_text(sink, row.vault_owner);
    put_number(sink, row.seq);
    put_text(sink, row.transaction_type);
    for (const std::int64_t number : {row.amount, row.balance_before, row.balance_after,
                                      row.total_after, row.locked_after, row.available_after})
        put_number(sink, number);
    put_text(sink, row.counterparty);
    put_text(sink, row.purpose);
    put_text(sink, row.signature);
    put_number(sink, row.confirmed_at);
}

}  // namespace

std::size_t serialized_size(const LedgerRow &row)
{
    Counter counter;
    walk(row, counter);
    return counter.total;
}

void serialize(const LedgerRow &row, unsigned char *bytes)
{
    Writer writer(bytes);
    walk(row, writer);
}

}  // namespace vesu::vault
