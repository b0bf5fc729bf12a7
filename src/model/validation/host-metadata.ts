import type { JsonObject } from '../json.js'
import type { StandardSchema } from '../standard-schema.js'
import { jsonObject } from './json-values.js'
import { parse } from './parse.js'
import { metadataBudget } from './plain-data.js'
import { formatPath, type Path, refusalOf } from './refusal.js'

/**
 * Runs the host's schema over a conversation's metadata. What the schema returns is stored, so it has to be JSON as
 * well.
 */
export async function checkMetadata(schema: StandardSchema, metadata: JsonObject, path: Path): Promise<JsonObject> {
  const result = await schema['~standard'].validate(metadata)
  if (result.issues === undefined) return parse(jsonObject, result.value, path, metadataBudget(path))
  throw refusalOf(
    result.issues.slice(0, 20).map((issue) => ({
      path: formatPath([...path, ...(issue.path ?? []).map(keyOf)]),
      // The schema's own message is left out, because it may quote the value.
      message: `is refused by the store's metadata schema`,
    })),
  )
}

function keyOf(segment: PropertyKey | { readonly key: PropertyKey }): PropertyKey {
  return typeof segment === 'object' ? segment.key : segment
}
