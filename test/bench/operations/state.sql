-- What operations leave behind, as one text: everything but times and the identities of new rows. And vesu's own books.
SELECT (SELECT count(*) FROM vesu.vesu_transactions) || ' operations, '
       || (SELECT count(*) FROM vesu.vesu_position_history) || ' superseded positions, '
       || (SELECT count(*) FROM vesu.verify()) || ' findings, '
       || md5((SELECT string_agg(concat_ws(' ', id, trim_scale(collateral_amount), trim_scale(debt_amount), trim_scale(vtoken_balance),
                                           trim_scale(nominal_debt), trim_scale(collateral_shares), trim_scale(risk_ratio),
                                           trim_scale(health_factor), status), ',' ORDER BY id)
                 FROM vesu.vesu_positions)
              || (SELECT string_agg(concat_ws(' ', pool_address, trim_scale(total_collateral), trim_scale(total_borrow)), ','
                                    ORDER BY pool_address)
                    FROM vesu.vesu_pools)
              || (SELECT string_agg(concat_ws(' ', position_id, user_id, transaction_hash, type, asset, trim_scale(amount), status), ','
                                    ORDER BY transaction_hash)
                    FROM vesu.vesu_transactions));
