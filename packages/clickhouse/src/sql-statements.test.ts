import { describe, expect, it } from 'vitest';
import { sqlStatements } from './sql-statements.ts';

describe('sqlStatements', () => {
  it('separates at semicolons and leaves comments out', () => {
    expect(sqlStatements('-- first; of two\nSELECT 1;\n/* a; b */ SELECT 2 -- end')).toEqual(['SELECT 1', 'SELECT 2']);
  });

  it('keeps semicolons and comment marks that stand in quotes', () => {
    const statements = ["SELECT 'a;b -- c'", 'SELECT `d;e`', "SELECT 'it\\'s; fine'", "SELECT 'it''s; fine'"];
    expect(sqlStatements(statements.join(';\n'))).toEqual(statements);
  });

  it('finds no statement in a text of comments', () => {
    expect(sqlStatements('-- nothing;\n;;\n')).toEqual([]);
  });
});
