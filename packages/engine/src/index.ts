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
