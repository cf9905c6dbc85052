-- Periodic work of the lending module

INSERT INTO vesu.jobs (name, module, schedule, command)
VALUES ('vesu_lending_accrue', 'lending', '* * * * *', 'SELECT vesu.accrue_all()'),
       ('vesu_lending_verify', 'lending', '17 3 * * *', 'SELECT vesu.assert_sound()')
ON CONFLICT (name) DO NOTHING;
