export { createEngine } from './create-engine.ts';
export { EngineError, type EngineErrorCode } from './engine-error.ts';
export type {
  DecisionError,
  DlpEvent,
  Engine,
  EngineEnvironment,
  MessageScan,
  MethodDecision,
  Scanner,
  TextScan,
  ToolCall,
  ToolDecision,
  ToolReason,
} from './types.ts';
