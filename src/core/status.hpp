// Every way in which a calculation can end.
#pragma once

namespace vesu {

enum class [[nodiscard]] Status{
    ok,
    undefined,  // the question has no answer, as a health factor without debt: SQL NULL
    infinite,   // the answer is above every number: SQL Infinity
    division_by_zero,
    out_of_range,  // the result does not fit its type
};

}  // namespace vesu
