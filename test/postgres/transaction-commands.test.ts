import { expect, test } from 'vitest'
import { escapeFromReadOnly, transactionCommand } from '../../src/postgres/migrator/transaction-commands.js'

test.each([
  ['begin', 'begin'],
  ['COMMIT AND CHAIN', 'commit'],
  ['select 1; end;', 'end'],
  ['/* a /* b */ commit; */ rollback', 'rollback'],
  ['-- x\nstart  transaction read write', 'start transaction'],
  ["insert into a values ('it''s'); commit", 'commit'],
  ["select 'a\\'; commit; --'", 'commit'],
  ["select E'a\\''; abort", 'abort'],
  ['select $a$ $b$ ; $a$; prepare transaction $$x$$', 'prepare transaction'],
  ['rollback work', 'rollback'],
  ['create function f() returns int begin atomic select case when true then 1 end; end; commit', 'commit'],
  ['select "a;b"";commit"; commit', 'commit'],
])('%s holds a command of transactions', (text, command) => {
  expect(transactionCommand(text)).toBe(command)
})

test.each([
  'savepoint a; rollback to a; rollback to savepoint a; release a',
  'rollback work to a',
  'do $$ begin update a set b = 1; commit; end $$',
  "select 'begin; commit'",
  'select 1 as "x; commit"',
  '-- ; commit\nselect 1 /* ; commit */',
  'create function f() returns int begin atomic select 1; select case when true then 2 end; end; select 1',
  'create or replace procedure p() language sql begin atomic insert into a values (1); end',
  "select $1, 'a', $x$;end$x$",
  'select begin from commit',
  '',
])('%s holds none', (text) => {
  expect(transactionCommand(text)).toBeNull()
})

test.each([
  'set transaction read write',
  'set session characteristics as transaction read write',
  'SET default_transaction_read_only = off',
  'set local transaction_read_only to off',
  'reset all',
  'discard all',
  'commit',
])('%s would let a dry run write', (text) => {
  expect(escapeFromReadOnly(text)).not.toBeNull()
  expect(escapeFromReadOnly(`select 1; ${text}`)).not.toBeNull()
})

test('other settings let no dry run write', () => {
  expect(escapeFromReadOnly("set local work_mem = '1GB'; reset work_mem; select set_config('a.b', 'c', true)")).toBeNull()
})
