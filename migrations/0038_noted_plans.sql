-- Who draws a floor plan is noted like any other change at a space, and boards that show the plan are told. Floors and
-- elements are never changed without the version of their plan.
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON floor_plan FOR EACH ROW EXECUTE FUNCTION note_row(
    'plan', '', 'version', '');
CREATE TRIGGER tell_space AFTER INSERT OR UPDATE OR DELETE ON floor_plan
    FOR EACH ROW EXECUTE FUNCTION tell_space();
