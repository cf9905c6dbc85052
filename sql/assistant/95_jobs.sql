-- Periodic work of the assistant module

INSERT INTO vesu.jobs (name, module, schedule, command)
VALUES ('vesu_assistant_expire_signals', 'assistant', '* * * * *', 'SELECT vesu_assistant.expire_signals()'),
       ('vesu_assistant_evaluate_intents', 'assistant', '* * * * *', 'SELECT count(*) FROM vesu_assistant.evaluate_intents()'),
       ('vesu_assistant_capture_lending', 'assistant', '*/5 * * * *', 'SELECT vesu_assistant.capture_lending_positions()'),
       -- Often, for each run does a batch at most.
       ('vesu_assistant_maintain', 'assistant', '*/10 * * * *', 'SELECT * FROM vesu_assistant.maintain()')
ON CONFLICT (name) DO NOTHING;
