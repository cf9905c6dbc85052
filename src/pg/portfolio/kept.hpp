// What an aggregate keeps of every row: an array in the memory of its group.
#pragma once

#include "pg/portfolio/aggregate.hpp"

namespace vesu::pg {

// Makes room for `more` items behind the first `size`. More than 1 GB is possible.
template <class Item>
inline void reserve(MemoryContext context, Item *&items, std::size_t size, std::size_t &capacity,
                    std::size_t more)
{
    if (likely(size + more <= capacity))
        return;
    constexpr std::size_t least = 16;
    capacity = Max(Max(size + more, 2 * capacity), least);
    const std::size_t bytes = capacity * sizeof(Item);
    items = static_cast<Item *>(items == nullptr ? MemoryContextAllocHuge(context, bytes)
                                                 : repalloc_huge(items, bytes));
}

}  // namespace vesu::pg
