import { Decimal128, Double, Int32, Long } from 'mongodb'
import type { CollectionIndex } from '../../src/mongo/migrator/indexes/declared-index.js'

/** A declaration of an index of the collection `things`, without its name. */
export interface Declaration {
  readonly key: CollectionIndex['key']
  readonly options?: Omit<CollectionIndex['options'], 'name'>
}

/** The locales of MongoDB's documents, and variants of some. */
const locales: readonly string[] = (
  'af sq am hy as az be bn bs bs_Cyrl bg my ca chr zh zh_Hant hr cs da nl dz en en_US en_US_POSIX eo et ee fo fil fi_FI fi fr fr_CA gl ka de ' +
  'de_AT el gu ha haw he hi hu is ig smn id ga it ja kl kn kk km kok ko ky lkt lo lv ln lt dsb lb mk ms ml mt mr mn ne se nb nn or om ps fa ' +
  'fa_AF pl pt pa ro ru sr sr_Latn si sk sl es sw sv ta te th bo to tr uk hsb ur ug vi wae cy yi yo zu simple ar bs_Latn zh_Hans ' +
  'de@collation=phonebook es@collation=traditional zh@collation=stroke zh@collation=pinyin zh_Hant@collation=zhuyin sv@collation=standard ' +
  'ar@collation=compat bn@collation=traditional ca@collation=search fi@collation=traditional kn@collation=traditional si@collation=dictionary'
).split(' ')

const strengths = [1, 2, 3, 4, 5].map((strength) => ({ locale: 'vi', strength }))
const collations: readonly Readonly<Record<string, unknown>>[] = [
  ...locales.map((locale) => ({ locale })),
  ...strengths,
  { locale: 'en', caseLevel: true },
  { locale: 'en', caseFirst: 'upper' },
  { locale: 'da', caseFirst: 'off' },
  { locale: 'th', alternate: 'non-ignorable' },
  { locale: 'en', numericOrdering: true, strength: 2 },
  { locale: 'en', alternate: 'shifted', maxVariable: 'space' },
  { locale: 'fr', backwards: true },
  { locale: 'fr_CA', backwards: false },
  { locale: 'hi', normalization: false },
  { locale: 'en', normalization: true },
]

const partial = (...conditions: readonly Readonly<Record<string, unknown>>[]): readonly Declaration[] =>
  conditions.map((partialFilterExpression) => ({ key: { n: 1 }, options: { partialFilterExpression } }))
const dying = (...times: readonly unknown[]): readonly Declaration[] =>
  times.map((expireAfterSeconds) => ({ key: { at: 1 }, options: { expireAfterSeconds: expireAfterSeconds as number } }))
const keyed = (...keys: readonly Declaration['key'][]): readonly Declaration[] => keys.map((key) => ({ key }))
const having = (...options: readonly NonNullable<Declaration['options']>[]): readonly Declaration[] =>
  options.map((each) => ({ key: { n: 1 }, options: each }))

/** Ways to declare an index, as hosts write them. The server fills in what they leave out. */
export const declarations: readonly Declaration[] = [
  ...collations.map((collation) => ({ key: { name: 1 }, options: { collation } })),
  ...keyed({ n: 1 }, { n: -1 }, { a: 1, b: -1 }, { 'a.b': 1 }, { n: new Int32(1) }, { n: new Double(-1) }, { n: Long.fromNumber(1) }),
  ...keyed({ n: 2 }, { n: 'hashed' }, { a: 1, n: 'hashed' }, { place: '2dsphere' }, { place: '2d' }, { place: '2dsphere', n: 1 }),
  ...keyed(
    { '$**': 1 },
    { 'a.$**': 1 },
    { text: 'text' },
    { n: 1, text: 'text', title: 'text', m: -1 },
    { '$**': 'text' },
    { 10: 1, 2: 1 },
  ),
  ...dying(
    0,
    1,
    60,
    1.5,
    0.4,
    3600.9,
    2_147_483_647,
    1e9 + 0.9,
    new Int32(5),
    new Double(5.5),
    Long.fromNumber(7),
    Decimal128.fromString('8.5'),
  ),
  ...having({ unique: true }, { unique: false }, { sparse: true }, { sparse: false, unique: true }, { hidden: true }, { hidden: false }),
  ...having(
    { background: true },
    { unique: 1 as never },
    { unique: true, sparse: true, hidden: true },
    { unique: true, background: false },
  ),
  ...partial(
    { n: 1 },
    { n: { $gt: 1 } },
    { n: { $gt: 1, $lt: 5 } },
    { n: { $exists: true } },
    { n: { $exists: 1 } },
    { n: { $type: 'string' } },
  ),
  ...partial({ n: { $type: 2 } }, { n: { $type: ['string', 'int'] } }, { $and: [{ n: 1 }, { m: 2 }] }, { n: null }, { a: { b: 1 } }, {}),
  ...partial(
    { n: { $in: [1, 2] } },
    { $or: [{ n: 1 }, { m: 1 }] },
    { at: { $lt: new Date(0) } },
    { m: 1, n: 2 },
    { n: { $eq: 1 } },
    { n: [1, 2] },
  ),
  ...having({ unique: true, partialFilterExpression: { n: { $gt: '' } } }, { storageEngine: { wiredTiger: { configString: '' } } }),
  { key: { '$**': 1 }, options: { wildcardProjection: { a: 1, 'b.c': 1 } } },
  { key: { '$**': 1 }, options: { wildcardProjection: { a: 0 } } },
  { key: { text: 'text', title: 'text' }, options: { weights: { title: 5 }, default_language: 'french', language_override: 'lang' } },
  { key: { text: 'text' }, options: { default_language: 'none', textIndexVersion: 3 } },
  { key: { place: '2d' }, options: { bits: 20, min: -100, max: 100 } },
  { key: { place: '2dsphere' }, options: { '2dsphereIndexVersion': 2 } },
  {
    key: { name: 1 },
    options: { unique: true, collation: { locale: 'fa', strength: 1 }, partialFilterExpression: { name: { $exists: true } } },
  },
]
