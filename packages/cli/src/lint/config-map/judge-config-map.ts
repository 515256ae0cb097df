import { compareDiagnostics, createTextIndex, type Diagnostic, type TextIndex } from '@agentpolicy/core';
import type { SourceComment } from '@agentpolicy/spec';
import type { Judge, Judgement } from '../judge/judgement.ts';
import type { FindEmbedded } from './find-embedded.ts';
import { createPlaceMap, type PlaceMap } from './place-map.ts';

/** Judges the policies inside a file's ConfigMaps; their findings are in the lines of the file. */
export function createConfigMapJudge(file: string, judgePolicy: Judge, findEmbedded: FindEmbedded): Judge {
  return (text) => {
    const index = createTextIndex(text);
    const found = findEmbedded(text);
    if (!found.ok) return describeUnreadable(file, index, found);
    const parts = found.policies.map((policy) =>
      moveJudgement(judgePolicy(policy.text), createPlaceMap(policy, index), index),
    );
    return {
      index,
      diagnostics: parts.flatMap(({ diagnostics }) => diagnostics).sort(compareDiagnostics),
      suppressed: [],
      comments: parts.flatMap(({ comments }) => comments),
      readable: parts.every(({ readable }) => readable),
    };
  };
}

function describeUnreadable(
  file: string,
  index: TextIndex,
  { problem, at }: { readonly problem: string; readonly at: number },
): Judgement {
  const diagnostic: Diagnostic = {
    code: 'unreadable-config-map',
    severity: 'error',
    message: `the file around the policy can't be read: ${problem}`,
    location: { file, pointer: '', range: index.rangeAt(at, at + 1) },
    related: [],
    help: 'correct its YAML, so that the policy in it can be checked',
    fixes: [],
  };
  return { index, diagnostics: [diagnostic], suppressed: [], comments: [], readable: false };
}

function moveJudgement(judged: Judgement, places: PlaceMap, index: TextIndex): Judgement {
  const moveLocation = (location: Diagnostic['location']): Diagnostic['location'] => {
    const { start, end } = places.toFile(location.range.start.offset, location.range.end.offset);
    return { ...location, range: index.rangeAt(start, end) };
  };
  return {
    ...judged,
    diagnostics: judged.diagnostics.map((diagnostic) => ({
      ...diagnostic,
      location: moveLocation(diagnostic.location),
      related: diagnostic.related.map((each) => ({ ...each, location: moveLocation(each.location) })),
      fixes: diagnostic.fixes.flatMap((fix) => places.fixInFile(fix) ?? []),
    })),
    comments: judged.comments.flatMap((comment) => moveComment(comment, places)),
  };
}

function moveComment(comment: SourceComment, { lines }: PlaceMap): readonly SourceComment[] {
  if (lines === undefined) return [];
  return [{ ...comment, line: comment.line + lines.before, column: comment.column + lines.indent }];
}
