import { columns, type Row } from '../columns.js'
import { flag, flagOrNull, text, textOrNull } from '../readers.js'
import { compile, sql } from '../sql.js'

/** What the role of a connection may do in a schema. */
export interface RoleRights {
  readonly role: string
  readonly database: string
  /** Whether it may create schemas. */
  readonly schemas: boolean
  /** Whether it may create what is in the schema. Null if the schema is not there. */
  readonly objects: boolean | null
  /** The role that owns the store's tables, if it is one that this role may not act as. */
  readonly owner: string | null
}

const rightsRow = columns({ role: text, database: text, schemas: flag, objects: flagOrNull, owner: textOrNull })

export function rightsStatement(schema: string) {
  return compile(sql`select current_user::text as role, current_database()::text as database, has_database_privilege(current_database(), 'create') as schemas,
  (select has_schema_privilege(n.oid, 'create') and has_schema_privilege(n.oid, 'usage') from pg_catalog.pg_namespace n where n.nspname = ${schema}) as objects,
  (select r.rolname::text from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_roles r on r.oid = c.relowner
   where n.nspname = ${schema} and right(c.relname, 29) = 'conversation_store_migrations' and not pg_has_role(c.relowner, 'usage') limit 1) as owner`)
}

export function toRights(found: Row | undefined): RoleRights {
  const row = rightsRow.of(found ?? {})
  return {
    role: text(row.role),
    database: text(row.database),
    schemas: flag(row.schemas),
    objects: flagOrNull(row.objects),
    owner: textOrNull(row.owner),
  }
}

/** Says that only another role may change the tables, and what to do. */
export function ownerInWords({ role }: RoleRights, owner: string, schema: string): string {
  return `${role} may not change the tables of ${schema}, which only their owner may: connect as ${owner}, or grant ${owner} to it`
}
