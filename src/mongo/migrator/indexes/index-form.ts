import type { Doc } from '../../driver.js'
import { collationForm } from './collation-form.js'
import { conditionForm, isTrue } from './condition-form.js'
import { asDeclared, type Collations } from './server-collations.js'
import { numberOf, shellText } from './shell-text.js'
import { textKey, textOptions } from './text-index.js'

/**
 * What an index does, field by field, in texts that are equal if the server takes two indexes for the same. A field
 * that is off is left out.
 */
export type IndexForm = ReadonlyMap<string, FormField>
interface FormField {
  readonly text: string
  /** The value as people write it. */
  readonly shown: string
}

const nameless: ReadonlySet<string> = new Set(['v', 'ns', 'name', 'key', 'background', 'clustered', 'dropDups', 'collation'])
const switches: ReadonlySet<string> = new Set(['unique', 'sparse', 'hidden', 'prepareUnique'])
/** Fields that the server fills in when a declaration does not name them. */
const versions: ReadonlySet<string> = new Set(['2dsphereIndexVersion', 'textIndexVersion'])

/**
 * What a declared index does. `collation` is the collection's own, which applies to an index that names none, and
 * `collations` knows how the server fills the others in.
 */
export function declaredForm(
  index: { readonly key: unknown; readonly options: Doc },
  collation: unknown,
  collations: Collations = asDeclared,
): IndexForm {
  return foundForm({ key: index.key, options: { ...index.options, collation: collations(index.options.collation) ?? collation } })
}

/** What an existing index does. The server reports all of its options. */
export function foundForm(index: { readonly key: unknown; readonly options: Doc }): IndexForm {
  const { key, weights } = textKey(index.key as Doc, index.options.weights)
  const form = new Map<string, FormField>([['key', { text: keyText(key), shown: shellText(key) }]])
  const put = (field: string, text: string | null, shown: string) => text !== null && form.set(field, { text, shown })
  for (const [field, value] of Object.entries({ ...index.options, ...textOptions(index.options, weights) })) {
    if (nameless.has(field) || value === undefined || value === null) continue
    if (switches.has(field)) put(field, isTrue(value) ? 'true' : null, 'true')
    else if (field === 'partialFilterExpression') put(field, conditionForm(value), shellText(value))
    else if (field === 'wildcardProjection') put(field, projectionText(value), shellText(value))
    else if (field === 'expireAfterSeconds') put(field, String(wholeSeconds(value)), shellText(value))
    else put(field, shellText(value), shellText(value))
  }
  put('collation', collationForm(index.options.collation), shellText(index.options.collation))
  return form
}

const longestTtl = 2_147_483_647

/** The server cuts fractions off, and takes what is no number for the longest time. */
export function wholeSeconds(value: unknown): number {
  const seconds = numberOf(value) ?? Number.NaN
  return Number.isNaN(seconds) ? longestTtl : Math.trunc(seconds) + 0
}

/** The fields in which an existing index differs from the declared one. */
export function differingFields(declared: IndexForm, found: IndexForm): readonly string[] {
  const fields = [...new Set([...declared.keys(), ...found.keys()])]
  return fields.filter((field) => {
    if (versions.has(field) && !declared.has(field)) return false
    return declared.get(field)?.text !== found.get(field)?.text
  })
}

/** Texts such as `unique: declared true, found false`. */
export function describeDifferences(declared: IndexForm, found: IndexForm): readonly string[] {
  return differingFields(declared, found).map((field) => {
    const none = switches.has(field) ? 'false' : 'none'
    return `${field}: declared ${declared.get(field)?.shown ?? none}, found ${found.get(field)?.shown ?? none}`
  })
}

// From version 5.0 on, the server tells indexes apart by these fields. It refuses a second one that agrees in all of
// them.
const identity = ['key', 'unique', 'sparse', 'partialFilterExpression', 'collation', 'wildcardProjection']

/** Whether the server would refuse to have both indexes. */
export function excludeEachOther(a: IndexForm, b: IndexForm): boolean {
  return (isText(a) && isText(b)) || identity.every((field) => a.get(field)?.text === b.get(field)?.text)
}

function isText(form: IndexForm): boolean {
  return form.has('weights')
}

/** The order of a key's fields matters. The text is made from a list, because an object puts numeric names first. */
function keyText(key: Doc): string {
  return shellText(Object.entries(key))
}

function projectionText(value: unknown): string {
  return flattened('', value).sort().join(', ')
}

function flattened(path: string, value: unknown): string[] {
  const isNested = typeof value === 'object' && value !== null && Reflect.get(value, '_bsontype') === undefined
  if (!isNested) return [`${path}: ${isTrue(value)}`]
  return Object.entries(value).flatMap(([field, each]) => flattened(path === '' ? field : `${path}.${field}`, each))
}
