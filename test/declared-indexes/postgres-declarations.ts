import type { PostgresIndex } from '../../src/postgres/migrator/migration.js'

/** A declaration of an index of the table `things`, without its name. */
export type Declaration = Pick<PostgresIndex, 'columns'> & Partial<PostgresIndex>

/** The table that the declarations are for. `$schema` stands for its schema. */
export const thingsSql: readonly string[] = [
  `create type $schema.mood as enum ('sad', 'ok')`,
  `create function $schema.twice(n int) returns int language sql immutable as 'select n * 2'`,
  `create function $schema."Odd name"(n int) returns int language sql immutable as 'select n + 1'`,
  `create table $schema.things (
  id int not null, n int, m bigint, name text, title varchar(50), code char(4), "Odd ""col" text, "when" timestamptz, day date,
  span interval, price numeric(10, 2), ratio float8, is_open boolean, mood $schema.mood, data jsonb, raw json, tags text[], numbers int[],
  place point, area box, shape polygon, ring circle, address inet, network cidr, mac macaddr, token uuid, bits bit(8), bytes bytea,
  during tstzrange, words tsvector, sort text collate "C")`,
]

const keyed = (...columns: readonly string[]): readonly Declaration[] => columns.map((each) => ({ columns: each }))
const where = (...conditions: readonly string[]): readonly Declaration[] => conditions.map((each) => ({ columns: 'n', where: each }))
const by = (method: string, ...columns: readonly string[]): readonly Declaration[] => columns.map((each) => ({ method, columns: each }))

/**
 * Ways to declare an index, as hosts write them. The server prints most of them otherwise. `needs` is the version of
 * PostgreSQL from which on there is such an index.
 */
export const declarations: readonly (Declaration & { readonly needs?: number })[] = [
  ...keyed('n', 'N', ' n , name ', 'n asc', 'n desc', 'n nulls first', 'n desc nulls last', 'n asc nulls last', 'n DESC NULLS FIRST'),
  ...keyed('"n"', '"Odd ""col"', '"Odd ""col" desc', '"when"', 'name, n desc, "when" nulls first', 'id, n, m, name, title, code'),
  ...keyed('m', 'title', 'code', 'day', 'span', 'price', 'ratio', 'is_open', 'mood', 'address', 'network', 'mac', 'token', 'bits', 'bytes'),
  ...keyed('tags', 'numbers', 'during', 'words', 'data', 'sort'),
  // Operator classes and collations
  ...keyed('name text_ops', 'name pg_catalog.text_ops', 'name text_pattern_ops', 'name TEXT_PATTERN_OPS desc', 'title text_ops'),
  ...keyed('title varchar_ops', 'title varchar_pattern_ops', 'code bpchar_ops', 'code bpchar_pattern_ops', 'n int4_ops', 'm int8_ops desc'),
  ...keyed('"when" timestamptz_ops', 'data jsonb_ops', 'tags array_ops', 'mood enum_ops', 'address inet_ops', 'network cidr_ops'),
  ...keyed('name collate "C"', 'name collate "POSIX" text_ops', 'name collate pg_catalog."C" text_pattern_ops desc nulls last'),
  ...keyed('name collate "default"', 'sort collate "C"', 'sort collate "default"', 'n, name collate "C" desc', 'title collate "C"'),
  // Expressions
  ...keyed('lower(name)', '(lower(name))', 'LOWER( name )', 'lower(name) text_pattern_ops', 'lower(name) collate "C"', 'lower(title)'),
  ...keyed('(n + m)', '(n+m) desc', '(n % 10)', '(-n)', '(n * 2 + 1)', '(n::text)', '(cast(n as text))', '(n::numeric(10,2))', 'abs(n)'),
  ...keyed(`(data->>'a')`, `(data -> 'a' ->> 'b')`, `((data->>'n')::int)`, `(data#>>'{a,b}')`, `(data @> '{"a":1}')`, `(data ? 'a')`),
  ...keyed(`(case when n > 1 then 'a' else 'b' end)`, `(case mood when 'sad' then 1 else 0 end) desc`, `(CASE WHEN n IS NULL THEN 0 END)`),
  ...keyed(`(coalesce(name, ''))`, 'coalesce(name, title)', `(name || ' ' || title)`, `nullif(name, '')`, 'greatest(n, m)', 'least(n, id)'),
  ...keyed('(name is null)', '(n is not distinct from 1)', '(n > 1 and m < 2)', '(not is_open)', `(name like 'a%')`, `(name ~ '^a')`),
  ...keyed(
    `(name in ('a', 'b'))`,
    '(n between 1 and 10)',
    `(mood = 'sad')`,
    `(day + 1)`,
    `(date_part('year', day))`,
    '(extract(year from day))',
  ),
  ...keyed(`(("when" at time zone 'UTC')::date)`, `date_trunc('day', "when" at time zone 'UTC')`, 'upper(during)', '(tags[1])'),
  ...keyed(`substring(name from 1 for 3)`, `(left(name, 3))`, `position('a' in name)`, 'trim(name)', `md5(name)`, 'length(name)'),
  ...keyed('$schema.twice(n)', '$schema."Odd name"(n)', '(lower(name collate "C"))', '(name collate "C" < title)', '(array[n, id])'),
  ...keyed(
    `("Odd ""col" || 'it''s "x", (y')`,
    `(E'a\\\\b' || name)`,
    `(name || E'\\n')`,
    '(num_nulls(n, m))',
    `to_tsvector('english', name)`,
  ),
  // Conditions
  ...where('true', 'TRUE', '(true)', 'n > 1', '(n > 1)', 'n > 1 and m > 2', '((n > 1) and (m > 2 or id = 3))', 'n>1 or m>2', 'not is_open'),
  ...where('is_open', 'is_open is true', 'is_open = true', 'is_open is not true', 'name is null', 'name is not null', 'not (name is null)'),
  ...where(`name = 'a'`, `name in ('a', 'b')`, `name not in ('a')`, `name = any (array['a', 'b'])`, `name <> ''`, `name != ''`),
  ...where(
    `mood = 'sad'`,
    `mood in ('sad', 'ok')`,
    `data ? 'a'`,
    `data->>'a' = 'b'`,
    `tags @> array['a']`,
    `name like 'a%'`,
    `name ilike 'a%'`,
  ),
  ...where(
    `title = 'a'`,
    `code = 'a'`,
    `title in ('a', 'b')`,
    'n between 1 and 5',
    'n is distinct from 1',
    `"when" > '2024-01-01T00:00:00Z'`,
  ),
  ...where(
    `day > date '2024-01-01'`,
    `"when" > timestamptz '2024-01-01 00:00+00'`,
    `span > interval '1 day'`,
    'price > 1.50',
    'ratio > 1e10',
  ),
  ...where(
    `name > 'a' collate "C"`,
    `name collate "C" > 'a'`,
    `lower(name) = 'a'`,
    '(case when n > 1 then is_open else false end)',
    '1 = 1',
  ),
  ...where('n > -1', 'm > 10000000000', 'n = 1::bigint', 'coalesce(n, 0) = 0', '"Odd ""col" is not null', `network << inet '10.0.0.0/8'`),
  ...where(
    `name ~ '^[a-z]+$'`,
    `(n, m) > (1, 2)`,
    `(n, m) = (1, 2)`,
    'n % 2 = 0',
    `token = '00000000-0000-0000-0000-000000000000'`,
    'n is null',
  ),
  { columns: 'lower(name) desc', where: `mood = 'ok' and name is not null` },
  { columns: `(data->>'a'), n`, where: `data ? 'a'`, include: 'm, name' },
  // Unique ones, and what they hold beside the key
  ...['n', 'name, n', 'lower(name)', '(n + 1)', 'name collate "C"'].map((columns) => ({ columns, unique: true })),
  { columns: 'n', unique: true, where: 'is_open' },
  { columns: 'n', unique: false },
  { columns: 'n', include: 'm' },
  { columns: 'n', include: 'name, m, "Odd ""col"' },
  { columns: 'n', include: ' NAME ', unique: true },
  { columns: 'n', unique: true, nullsNotDistinct: true, needs: 15 },
  { columns: 'n, name', unique: true, nullsNotDistinct: true, include: 'm', where: 'm > 1', needs: 15 },
  { columns: 'n', unique: true, nullsNotDistinct: false },
  // How it is stored
  { columns: 'n', with: 'fillfactor = 70' },
  { columns: 'n', with: 'fillfactor=70', include: 'm', where: 'n > 1' },
  // Other methods
  ...by('btree', 'n', 'lower(name) text_pattern_ops'),
  ...by('hash', 'n', 'name', 'lower(name)', 'token', 'data', 'n int4_ops', `(data->>'a')`),
  ...by(
    'gin',
    'data',
    'data jsonb_ops',
    'data jsonb_path_ops',
    'tags',
    'tags array_ops',
    'numbers',
    'words',
    `to_tsvector('english', name)`,
  ),
  ...by(
    'gin',
    `to_tsvector('english'::regconfig, coalesce(name, '') || ' ' || coalesce(title, ''))`,
    `(data->'a')`,
    `(data->'a') jsonb_path_ops`,
  ),
  ...by(
    'gist',
    'place',
    'area',
    'shape',
    'ring',
    'during',
    'words',
    'address inet_ops',
    'place point_ops',
    'words tsvector_ops',
    'during, place',
  ),
  { method: 'gist', columns: 'words tsvector_ops (siglen = 100)', needs: 13 },
  { method: 'gist', columns: 'words tsvector_ops(siglen=100)', needs: 13 },
  { method: 'gist', columns: 'place', include: 'n', where: 'n > 1' },
  ...by('spgist', 'place', 'place kd_point_ops', 'during', 'name', 'name text_ops', 'address', 'area'),
  ...by('brin', 'n', 'n, "when"', '"when" timestamptz_minmax_ops', 'name', 'day', 'address inet_inclusion_ops', 'during', 'lower(name)'),
  { method: 'brin', columns: 'n int4_bloom_ops (n_distinct_per_range = 50, false_positive_rate = 0.05)', needs: 14 },
  { method: 'brin', columns: 'n int4_minmax_multi_ops (values_per_range = 16)', needs: 14 },
  { method: 'brin', columns: 'n', with: 'pages_per_range = 32' },
  { method: 'gin', columns: 'data', with: 'fastupdate = off' },
  { method: 'GIN', columns: 'data' },
]
