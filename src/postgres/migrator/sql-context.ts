import { quote } from '../names.js'
import type { SqlContext } from './migration.js'
import type { TargetSettings } from './target-settings.js'

export function sqlContext({ names, partitions }: TargetSettings): SqlContext {
  return { schema: names.schema, quotedSchema: quote(names.schema), tablePrefix: names.prefix, partitions }
}
