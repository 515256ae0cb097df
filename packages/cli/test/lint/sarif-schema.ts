/**
 * What SARIF 2.1.0 and GitHub's code scanning demand of the parts that are written here: places from 1, relative
 * URIs, rules that results point to, fingerprints, at most 25,000 results.
 */
export const SARIF_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['$schema', 'version', 'runs'],
  properties: {
    $schema: { type: 'string', format: 'uri' },
    version: { const: '2.1.0' },
    runs: { type: 'array', minItems: 1, maxItems: 20, items: { $ref: '#/definitions/run' } },
  },
  definitions: {
    message: { type: 'object', required: ['text'], properties: { text: { type: 'string', minLength: 1 } } },
    level: { enum: ['none', 'note', 'warning', 'error'] },
    artifactLocation: {
      type: 'object',
      additionalProperties: false,
      required: ['uri', 'uriBaseId'],
      // Relative: no scheme, no slash at the beginning, and nothing that a URI must escape.
      properties: {
        uri: {
          type: 'string',
          format: 'uri-reference',
          pattern: "^(?![A-Za-z][A-Za-z0-9+.-]*:)[A-Za-z0-9._~%!$&'()*+,;=@-][^\\s\\\\:]*$",
        },
        uriBaseId: { const: '%SRCROOT%' },
      },
    },
    region: {
      type: 'object',
      additionalProperties: false,
      required: ['startLine', 'startColumn', 'endLine', 'endColumn'],
      properties: {
        startLine: { type: 'integer', minimum: 1 },
        startColumn: { type: 'integer', minimum: 1 },
        endLine: { type: 'integer', minimum: 1 },
        endColumn: { type: 'integer', minimum: 1 },
      },
    },
    location: {
      type: 'object',
      additionalProperties: false,
      required: ['physicalLocation'],
      properties: {
        id: { type: 'integer', minimum: 0 },
        message: { $ref: '#/definitions/message' },
        physicalLocation: {
          type: 'object',
          additionalProperties: false,
          required: ['artifactLocation', 'region'],
          properties: {
            artifactLocation: { $ref: '#/definitions/artifactLocation' },
            region: { $ref: '#/definitions/region' },
          },
        },
        logicalLocations: {
          type: 'array',
          minItems: 1,
          items: { required: ['fullyQualifiedName'], properties: { fullyQualifiedName: { type: 'string' } } },
        },
      },
    },
    rule: {
      type: 'object',
      required: ['id', 'shortDescription', 'help', 'defaultConfiguration', 'properties'],
      properties: {
        id: { type: 'string', pattern: '^[a-z][a-z0-9-]*$' },
        shortDescription: { $ref: '#/definitions/message' },
        help: { $ref: '#/definitions/message' },
        defaultConfiguration: { required: ['level'], properties: { level: { $ref: '#/definitions/level' } } },
        properties: {
          required: ['tags'],
          properties: {
            tags: { type: 'array', maxItems: 10, uniqueItems: true, items: { type: 'string' } },
            'security-severity': { type: 'string', pattern: '^(?:10|[0-9])\\.[0-9]$' },
          },
        },
      },
    },
    result: {
      type: 'object',
      additionalProperties: false,
      required: ['ruleId', 'ruleIndex', 'level', 'message', 'locations', 'partialFingerprints'],
      properties: {
        ruleId: { type: 'string' },
        ruleIndex: { type: 'integer', minimum: 0 },
        level: { $ref: '#/definitions/level' },
        message: { $ref: '#/definitions/message' },
        locations: { type: 'array', minItems: 1, maxItems: 1, items: { $ref: '#/definitions/location' } },
        relatedLocations: { type: 'array', items: { $ref: '#/definitions/location' } },
        partialFingerprints: {
          type: 'object',
          minProperties: 1,
          additionalProperties: { type: 'string', pattern: '^[0-9a-f]{32}:[1-9][0-9]*$' },
        },
        suppressions: {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['kind'],
            properties: { kind: { enum: ['inSource', 'external'] }, justification: { type: 'string' } },
          },
        },
        fixes: {
          type: 'array',
          items: {
            required: ['artifactChanges'],
            properties: {
              description: { $ref: '#/definitions/message' },
              artifactChanges: {
                type: 'array',
                minItems: 1,
                items: {
                  required: ['artifactLocation', 'replacements'],
                  properties: {
                    artifactLocation: { $ref: '#/definitions/artifactLocation' },
                    replacements: {
                      type: 'array',
                      minItems: 1,
                      items: {
                        required: ['deletedRegion'],
                        properties: {
                          deletedRegion: { $ref: '#/definitions/region' },
                          insertedContent: { required: ['text'], properties: { text: { type: 'string' } } },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
    run: {
      type: 'object',
      required: ['tool', 'results', 'columnKind'],
      properties: {
        columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
        results: { type: 'array', maxItems: 25_000, items: { $ref: '#/definitions/result' } },
        tool: {
          type: 'object',
          required: ['driver'],
          properties: {
            driver: {
              type: 'object',
              required: ['name', 'semanticVersion', 'rules'],
              properties: {
                name: { type: 'string', minLength: 1 },
                rules: {
                  type: 'array',
                  maxItems: 25_000,
                  uniqueItems: true,
                  items: { $ref: '#/definitions/rule' },
                },
              },
            },
          },
        },
      },
    },
  },
} as const;
