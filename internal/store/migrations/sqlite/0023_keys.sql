-- +goose Up

-- Which products bear a key of c_ObjetoImp; the other keys are found by the indexes of 0021.
CREATE INDEX products_by_objeto_imp ON products (tenant_id, activo, objeto_imp, id);
