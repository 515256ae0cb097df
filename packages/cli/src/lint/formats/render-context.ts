import type { Style } from '../../terminal/style.ts';
import type { Tolerance } from '../verdict.ts';

/** What formats need to know beyond the findings. */
export interface RenderContext {
  readonly style: Style;
  readonly tolerance: Tolerance;
  /** A file's name as services know it: relative to the repository's root, with slashes. */
  readonly toRepositoryPath: (file: string) => string;
}
