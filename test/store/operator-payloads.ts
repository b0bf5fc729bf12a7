/**
 * How often a payload was able to run code of its own. If the core only reads values whose type it has checked, the
 * count stays at 0.
 */
export const ran = { count: 0 }

const run = (): never => {
  ran.count += 1
  throw new Error('a payload ran')
}

const operators =
  '$ne $gt $gte $lt $lte $eq $in $nin $not $or $and $nor $exists $type $regex $where $expr $mod $all $size $elemMatch $set $inc $function $literal'.split(
    ' ',
  )
const operands: readonly unknown[] = [null, '', 'acme', 1, true, [], {}, ['acme'], { $ne: null }, /./]
const bsonTypes =
  'ObjectId ObjectID Binary Code DBRef Decimal128 Double Int32 Long MaxKey MinKey BSONRegExp BSONSymbol Timestamp UUID'.split(' ')
const traps = 'get getOwnPropertyDescriptor getPrototypeOf has ownKeys apply construct isExtensible'.split(' ')
class Instance {
  readonly value = 'acme'
}

function getter(name: string | symbol): object {
  return Object.defineProperty({}, name, { get: run, enumerable: true })
}
function method(name: string | symbol): object {
  return { [name]: run }
}
function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

const shapes: readonly unknown[] = [
  ...operators.flatMap((operator) => operands.map((operand) => ({ [operator]: operand }))),
  ...bsonTypes.flatMap((type) => [
    { _bsontype: type },
    { _bsontype: type, id: Buffer.alloc(12), value: 'acme' },
    Object.create({ _bsontype: type }) as object,
    getter('_bsontype'),
  ]),
  ...traps.flatMap((trap) => [
    new Proxy({}, { [trap]: run }),
    new Proxy([], { [trap]: run }),
    new Proxy(new String('acme'), { [trap]: run }),
    new Proxy(() => 'acme', { [trap]: run }),
  ]),
  ...[{}, [], new String('acme'), () => 'acme'].flatMap((target) => [new Proxy(target, {}), revoked(target)]),
  ...[
    'toString',
    'valueOf',
    'toJSON',
    'toBSON',
    'toPostgres',
    'then',
    'length',
    Symbol.toPrimitive,
    Symbol.toStringTag,
    Symbol.iterator,
  ].flatMap((name) => [method(name), getter(name), Object.create(method(name)) as object]),
  new String('acme'),
  new Number(1),
  new Boolean(true),
  Object(1n),
  Object(Symbol('acme')),
  [],
  [''],
  ['acme'],
  [['acme']],
  ['acme', 'globex'],
  Object.assign(['acme'], { toString: run }),
  Object.assign([], { length: 1 }),
  /acme/,
  /.*/s,
  /^/,
  /(a+)+$/,
  new Date(),
  new Date(Number.NaN),
  new Map([['$ne', null]]),
  new Set(['acme']),
  new Error('acme'),
  new URL('https://example.com'),
  Buffer.from('acme'),
  new Uint8Array(4),
  new ArrayBuffer(4),
  Promise.resolve('acme'),
  new Instance(),
  Instance,
  run,
  async () => 'acme',
  function* () {
    yield 'acme'
  },
  Symbol('acme'),
  Symbol.for('acme'),
  Symbol.iterator,
  1n,
  -1n,
  true,
  false,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1.5,
  {},
  Object.create(null) as object,
  Object.create({ $ne: null }) as object,
  JSON.parse('{"__proto__":{"$ne":null}}') as object,
  JSON.parse('{"__proto__":null,"length":4}') as object,
  JSON.parse('{"constructor":{"prototype":{"$ne":null}}}') as object,
  { length: 4, 0: 'a', 1: 'c', 2: 'm', 3: 'e' },
]

/**
 * Values with which hosts were attacked, or which they passed on by mistake, where a string was expected. None of them
 * is a string, null, undefined or a version.
 */
export const operatorPayloads: readonly unknown[] = [
  ...shapes,
  ...shapes.map((shape) => [shape]),
  ...shapes.map((shape) => ({ nested: shape })),
].slice(0, 500)
