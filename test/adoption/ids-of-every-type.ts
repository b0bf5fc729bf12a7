import fc from 'fast-check'
import { Binary, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID } from 'mongodb'

/** Few values of each type, so that those that differ by their type alone meet. */
const plain: readonly fc.Arbitrary<unknown>[] = [
  fc.constantFrom('', 'a', '1', '2024', 'number 1', '507f1f77bcf86cd799439011'),
  fc.constantFrom(0, 1, 2, 2024).map((value) => new Int32(value)),
  fc.constantFrom(-0.5, 0.1, 3, 2024, 2 ** 53, 1e300, Infinity).map((value) => new Double(value)),
  fc.constantFrom('4', '9007199254740993', '-9223372036854775808').map((value) => Long.fromString(value)),
  fc.constantFrom('507f1f77bcf86cd799439012', '507f1f77bcf86cd799439013').map((value) => new ObjectId(value)),
  fc.constantFrom('a', 'b').map((value) => new Binary(Buffer.from(value))),
  fc.constantFrom('a', 'b').map((value) => new Binary(Buffer.from(value), 128)),
  fc.constant(new UUID('00112233-4455-4677-8899-aabbccddeeff')),
  fc.constantFrom(0, 1, Date.UTC(2024, 0, 1)).map((value) => new Date(value)),
  fc.constantFrom(true, false, null),
  fc.constantFrom(new MinKey(), new MaxKey()),
  fc.constantFrom(1, 2).map((value) => new Timestamp({ t: value, i: 1 })),
]

/**
 * MongoDB 6.0 loses 9007199254740993.5 in its own index: a `$lte` by that value does not find it, and a `$in` with a
 * document that has it is never answered. So there is no such decimal here.
 */
const decimals = fc.constantFrom('5.00', '0.1', '0.10', '1E+40').map((value) => Decimal128.fromString(value))

/** Documents with fields in every order, also those that are named like numbers. A map keeps it, an object doesn't. */
const documents: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown; document: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 2, withCrossShrink: true }, ...plain, decimals, tie('document')),
  document: fc
    .tuple(
      fc.shuffledSubarray(['a', 'b', '1', '7', '2024'], { minLength: 1, maxLength: 3 }),
      fc.array(tie('value'), { minLength: 3, maxLength: 3 }),
    )
    .map(([names, values]) => new Map(names.map((name, at) => [name, values[at]]))),
})).document

/** An id of any type that the server takes. */
export const anyId: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 2, arbitrary: fc.oneof(...plain, decimals) },
  { weight: 1, arbitrary: documents },
)
