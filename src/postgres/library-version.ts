export { libraryVersion } from '../migrator/library-version.js'
