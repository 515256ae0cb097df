import type { Columns } from '../../terminal/columns.ts';
import type { Style } from '../../terminal/style.ts';
import type { Tolerance } from '../verdict.ts';

/** What formats need to know beyond the findings. */
export interface RenderContext {
  readonly style: Style;
  /** Of the terminal that the report goes to; undefined for a file. */
  readonly columns: Columns;
  readonly tolerance: Tolerance;
  /** A file's name as services know it: relative to the repository's root, with slashes. */
  readonly toRepositoryPath: (file: string) => string;
}
