//! The types of the workspace's functions, fields and statics, read once.

use rayon::prelude::*;

use super::index::{Files, Index};
use super::read::{Context, Reader};
use super::ty::Ty;
use crate::model::file::FileModel;
use crate::model::item::{Function, Generics};
use crate::query::FileId;
use crate::query::FunctionId;

/// What a function takes and gives.
#[derive(Clone, Debug, Default)]
pub(super) struct Signature {
    /// The parameters, `self` first.
    pub(super) params: Vec<Ty>,
    /// What a call gives: a future for an `async fn`.
    pub(super) ret: Ty,
    /// What the body gives.
    pub(super) output: Ty,
}

/// The types that one file declares.
#[derive(Default)]
struct Declared {
    functions: Vec<Signature>,
    /// For each struct: the types of its fields.
    fields: Vec<Vec<Ty>>,
    statics: Vec<Ty>,
}

/// The types that all files declare, by the file's number.
pub(super) struct Signatures {
    files: Vec<Declared>,
}

impl Signatures {
    pub(super) fn new(
        models: &[(usize, FileModel)],
        files: &Files<'_>,
        index: &Index,
        reader: &Reader<'_>,
    ) -> Signatures {
        let declared: Vec<(usize, Declared)> = models
            .par_iter()
            .map(|(number, model)| (*number, declared(*number as FileId, model, index, reader)))
            .collect();
        let mut all = Vec::new();
        all.resize_with(files.count(), Declared::default);
        for (number, declared) in declared {
            if let Some(place) = all.get_mut(number) {
                *place = declared;
            }
        }
        Signatures { files: all }
    }

    pub(super) fn function(&self, id: FunctionId) -> Option<&Signature> {
        self.files.get(id.file as usize)?.functions.get(id.function as usize)
    }

    pub(super) fn fields(&self, (file, id): (FileId, u32)) -> &[Ty] {
        let declared = self.files.get(file as usize);
        declared.and_then(|file| file.fields.get(id as usize)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn static_(&self, file: FileId, id: u32) -> Option<&Ty> {
        self.files.get(file as usize)?.statics.get(id as usize)
    }
}

fn declared(file: FileId, model: &FileModel, index: &Index, reader: &Reader<'_>) -> Declared {
    let functions = model.functions.iter().map(|item| {
        let generics = generics(model, item);
        let this = item.in_impl.and_then(|id| index.self_type(file, id)).cloned().or_else(|| {
            let the = model.traits.get(item.in_trait? as usize)?;
            let path = reader.modules.item_path(file, the.scope, &the.name);
            Some(Ty::Named(path, Vec::new()))
        });
        let context = Context { file, scope: item.scope, this: this.as_ref(), generics: &generics };
        signature(item, &context, reader)
    });
    let fields = model.structs.iter().map(|item| {
        let path = reader.modules.item_path(file, item.scope, &item.name);
        let this = Ty::Named(path, Vec::new());
        let generics = [&item.generics];
        let context = Context { file, scope: item.scope, this: Some(&this), generics: &generics };
        item.fields.iter().map(|field| reader.read(&context, &field.ty)).collect()
    });
    let statics = model.statics.iter().map(|item| {
        let this = item.in_impl.and_then(|id| index.self_type(file, id));
        reader.read(&Context { file, scope: item.scope, this, generics: &[] }, &item.ty)
    });
    Declared {
        functions: functions.collect(),
        fields: fields.collect(),
        statics: statics.collect(),
    }
}

/// The generic parameters in force in a function, the outer first.
pub(super) fn generics<'a>(model: &'a FileModel, item: &'a Function) -> Vec<&'a Generics> {
    let of_impl = item.in_impl.and_then(|id| model.impls.get(id as usize)).map(|i| &i.generics);
    let of_trait = item.in_trait.and_then(|id| model.traits.get(id as usize)).map(|t| &t.generics);
    of_impl.into_iter().chain(of_trait).chain([&item.generics]).collect()
}

fn signature(item: &Function, context: &Context<'_>, reader: &Reader<'_>) -> Signature {
    let params = item.params.iter().map(|(_, ty)| reader.read(context, ty));
    let output = reader.read(context, &item.ret);
    let ret =
        if item.is_async { Ty::Future(Box::new(output.clone()), None) } else { output.clone() };
    Signature { params: params.collect(), ret, output }
}
